import { describe, expect, it } from 'vitest';
import { fileView, HASH, torrentView } from '../app/testing/views.ts';
import type { TorrentView } from '../shared/ports/torrents.ts';
import { done, type Result } from '../shared/result.ts';
import { createPurchases } from './purchases.ts';

const unread = torrentView({ status: 'metadata', files: [], length: 0 });
const files = [100, 200, 400].map((length, index) => fileView({ index, length }));
const checking = torrentView({ status: 'checking', files });
const read = torrentView({
  status: 'downloading',
  files: files.map((file) => ({ ...file, held: 60 })),
});

const setUp = () => {
  let views: readonly TorrentView[] = [];
  const listeners = new Set<() => void>();
  const told: unknown[] = [];
  const call = async (_name: string, arg: unknown): Promise<Result<void>> => {
    told.push(arg);
    return done;
  };
  const purchases = createPurchases({
    torrents: {
      list: () => views,
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    payments: { call: call },
  });
  const show = (...now: readonly TorrentView[]): void => {
    views = now;
    for (const listener of [...listeners]) listener();
  };
  return { purchases, told, show, listeners };
};
const buy = (expected: number) => ({ infoHash: HASH, buying: true, expected });

describe('what is bought', () => {
  it('is told once for a title whose files are known', async () => {
    const { purchases, told, listeners } = setUp();
    await purchases.begin(read, [0, 2]);
    await purchases.begin({ ...read, suggested: [1] });
    await purchases.begin(read);
    expect(told).toEqual([buy(380), buy(140), buy(520)]);
    expect(listeners.size).toBe(0);
  });

  it('is what comes already as well, unless the title was stopped', async () => {
    const { purchases, told } = setUp();
    const half = read.files.map((file) => ({ ...file, selected: file.index === 0 }));
    await purchases.begin({ ...read, files: half }, [2]);
    await purchases.begin({ ...read, files: half }, [0]);
    await purchases.begin({ ...read, files: half, status: 'paused' }, [2]);
    expect(told).toEqual([buy(380), buy(40), buy(340)]);
  });

  it('is told again when the files of a title and what is held of them are known', async () => {
    const { purchases, told, show, listeners } = setUp();
    await purchases.begin(unread, [0, 2]);
    expect(told.splice(0)).toEqual([buy(0)]);
    show(unread);
    show(checking);
    expect(told).toEqual([]);
    show(read);
    show(read);
    expect(told).toEqual([buy(380)]);
    expect(listeners.size).toBe(0);
  });

  it('stays nothing once it was ended, or the title failed or went', async () => {
    const { purchases, told, show, listeners } = setUp();
    await purchases.begin(unread, [0]);
    await purchases.end(HASH);
    show(read);
    await purchases.begin(unread, [0]);
    show();
    show(read);
    await purchases.begin(unread, [0]);
    show({ ...read, status: 'failed' });
    show(read);
    expect(told).toEqual([buy(0), { ...buy(0), buying: false }, buy(0), buy(0)]);
    expect(listeners.size).toBe(0);
  });
});
