import { describe, expect, it } from 'vitest';
import type { TorrentStatus } from '../../shared/ports/torrents.ts';
import { fileView, torrentTrade, torrentView } from '../testing/views.ts';
import {
  buyingState,
  chosenFiles,
  haveTurned,
  mainFile,
  progressOf,
  shownPaths,
  stageOf,
  toggled,
} from './title.ts';

const files = [
  fileView({ index: 0, path: 'Set/cover.jpg', kind: 'image', length: 900 }),
  fileView({ index: 1, path: 'Set/trailer.mp4', kind: 'video', length: 10 }),
  fileView({ index: 2, path: 'Set/film.mp4', kind: 'video', length: 500 }),
  fileView({ index: 3, path: 'Set/readme.txt', kind: 'document', length: 1 }),
];

describe('mainFile', () => {
  it('is the longest film, else sound, else a picture, else nothing', () => {
    expect(mainFile(files)?.index).toBe(2);
    expect(mainFile(files.filter(({ kind }) => kind !== 'video'))?.index).toBe(0);
    expect(mainFile(files.slice(3))).toBeNull();
    expect(mainFile([])).toBeNull();
  });
});

describe('haveTurned', () => {
  const drawn = [torrentView({ status: 'metadata' }), torrentView({ status: 'downloading' })];
  const at = (...statuses: TorrentStatus[]) => statuses.map((status) => torrentView({ status }));

  it('says that a title is somewhere else in its life, came or went', () => {
    expect(haveTurned(drawn, at('ready', 'downloading'))).toBe(true);
    expect(haveTurned(drawn, at('metadata', 'seeding'))).toBe(true);
    expect(haveTurned(drawn, at('metadata'))).toBe(true);
    expect(haveTurned([], drawn)).toBe(true);
  });

  it('says nothing of mere figures, nor of a check', () => {
    expect(
      haveTurned(
        drawn,
        drawn.map((view) => ({ ...view, held: 9 })),
      ),
    ).toBe(false);
    expect(haveTurned(drawn, at('checking', 'downloading'))).toBe(false);
  });
});

describe('stageOf', () => {
  const nothing = torrentTrade();

  it.each<[TorrentStatus, string]>([
    ['metadata', 'metadata'],
    ['ready', 'offer'],
    ['paused', 'offer'],
    ['checking', 'title'],
    ['downloading', 'title'],
    ['seeding', 'title'],
    ['failed', 'title'],
  ])('untouched and %s is %s', (status, stage) => {
    expect(stageOf(torrentView({ status }), nothing)).toBe(stage);
  });

  it('is no offer any more once something is held or paid', () => {
    expect(stageOf(torrentView({ status: 'paused', held: 1 }), nothing)).toBe('title');
    const paid = torrentTrade({ paidBytes: 16_384 });
    expect(stageOf(torrentView({ status: 'paused' }), paid)).toBe('title');
  });

  it('has nothing to show of a failure before the metadata', () => {
    expect(stageOf(torrentView({ status: 'failed', files: [] }), nothing)).toBe('failed');
  });
});

describe('buyingState', () => {
  it('is complete only when what is wanted is held', () => {
    expect(buyingState(torrentView({ status: 'paused', held: 5 }), 100, 1)).toBe('stopped');
    expect(buyingState(torrentView({ status: 'paused', held: 5 }), 0, 0)).toBe('stopped');
    expect(buyingState(torrentView({ status: 'paused', held: 5 }), 0, 1)).toBe('complete');
    expect(buyingState(torrentView({ status: 'ready', held: 1_048_576 }), 0, 0)).toBe('complete');
    expect(buyingState(torrentView({ status: 'seeding' }), 0, 1)).toBe('complete');
    expect(buyingState(torrentView({ status: 'downloading' }), 0, 1)).toBe('buying');
  });
});

describe('chosenFiles', () => {
  const asked = files.map((file) => ({ ...file, selected: file.index === 2 }));

  it('is everything on an offer, until something is picked', () => {
    const view = torrentView({ files });
    expect([...chosenFiles(view, 'offer', null)]).toEqual([0, 1, 2, 3]);
    expect([...chosenFiles(view, 'offer', new Set([1]))]).toEqual([1]);
  });

  it('is what the engine fetches while it fetches, whatever was picked', () => {
    const view = torrentView({ files: asked, status: 'downloading' });
    expect([...chosenFiles(view, 'title', new Set([0]))]).toEqual([2]);
  });

  it('is the former selection while stopped, until something is picked', () => {
    const view = torrentView({ files: asked, status: 'paused', held: 1 });
    expect([...chosenFiles(view, 'title', null)]).toEqual([2]);
    expect([...chosenFiles(view, 'title', new Set())]).toEqual([]);
  });
});

describe('small things', () => {
  it('toggles without touching the original', () => {
    const before = new Set([1]);
    expect([...toggled(before, 2, true)]).toEqual([1, 2]);
    expect([...toggled(before, 1, false)]).toEqual([]);
    expect([...before]).toEqual([1]);
  });

  it('drops the folder that all files share, and no other', () => {
    expect([...shownPaths(files).values()]).toContain('film.mp4');
    const mixed = [fileView({ index: 0, path: 'a/x' }), fileView({ index: 1, path: 'b/y' })];
    expect([...shownPaths(mixed).values()]).toEqual(['a/x', 'b/y']);
    expect(shownPaths([fileView({ path: 'x' })]).get(0)).toBe('x');
    expect(shownPaths([]).size).toBe(0);
  });

  it('knows no progress of nothing', () => {
    expect(progressOf(torrentView({ length: 0 }))).toBe(0);
    expect(progressOf(torrentView({ length: 4, held: 1 }))).toBe(0.25);
  });
});
