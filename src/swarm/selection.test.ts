import { expect, it } from 'vitest';
import { unwrap } from '../shared/result.ts';
import type { LibSelections, LibTorrent } from './library.ts';
import { OPENING_BYTES } from './limits.ts';
import { createSelection } from './selection.ts';
import { manualClock } from './testing/clock.ts';

const PIECE = OPENING_BYTES;
const COUNT = 40;

type Told = Parameters<LibSelections['insert']>[0];

/** As much of a torrent of the library as a selection touches. */
const torrentOf = () => {
  const held = new Set<number>();
  let told: Told[] = [];
  const torrent = {
    ready: true,
    destroyed: false,
    pieceLength: PIECE,
    pieces: Array.from({ length: COUNT }, () => ({})),
    wires: [],
    files: [{ offset: 0, length: COUNT * PIECE }],
    bitfield: { get: (at: number) => held.has(at), buffer: new Uint8Array(5) },
    _critical: [] as boolean[],
    _selections: {
      get length() {
        return told.length;
      },
      clear: () => void (told = []),
      insert: (one: Told) => void told.push(one),
    },
    _updateSelections: () => undefined,
  };
  const wanted = (): number[] => {
    const all = told.flatMap(({ from, to }) =>
      Array.from({ length: to - from + 1 }, (_, i) => from + i),
    );
    return [...new Set(all)].sort((a, b) => a - b);
  };
  return { torrent: torrent as unknown as LibTorrent, held, wanted };
};

const selectionOf = () => {
  const { torrent, held, wanted } = torrentOf();
  const selection = createSelection({
    torrent,
    clock: manualClock(),
    origin: 0,
    onJump: () => undefined,
  });
  selection.set(new Set([0]), false, new Map());
  const arrive = (piece: number): void => {
    held.add(piece);
    selection.verified(piece);
  };
  const read = (offset: number) =>
    selection.ensure(
      { reader: 1, file: 0, offset, end: COUNT * PIECE },
      new AbortController().signal,
    );
  return { selection, wanted, arrive, read };
};

const ALL = Array.from({ length: COUNT }, (_, piece) => piece);

it('fetches the ends of a film until its first picture is there, then all of it', () => {
  const { selection, wanted } = selectionOf();
  expect(wanted()).toEqual(ALL);
  const shown = selection.open();
  expect(wanted()).toEqual([0, 1, COUNT - 1]);
  shown();
  expect(wanted()).toEqual(ALL);
});

it('goes on with a player that reads further before it shows anything', async () => {
  const { selection, wanted, arrive, read } = selectionOf();
  selection.open();
  let offset = 0;
  for (let piece = 0; piece < 20; piece += 1) {
    const reading = read(offset);
    expect(wanted()).toContain(piece);
    expect(wanted().length).toBeLessThan(5);
    arrive(piece);
    offset = unwrap(await reading);
  }
  expect(offset).toBe(20 * PIECE);
});

it('keeps no place for a reader that has left before it is heard', async () => {
  const { selection } = selectionOf();
  const stretch = { reader: 1, file: 0, offset: 0, end: PIECE };
  const left = await selection.ensure(stretch, AbortSignal.abort());
  expect(left).toMatchObject({ error: { code: 'aborted' } });
  expect(selection.isRead).toBe(false);
});
