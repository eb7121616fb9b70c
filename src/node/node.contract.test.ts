import { describe, expect, it } from 'vitest';
import { done, fail, unwrap } from '../shared/result.ts';
import { satPerMiB } from '../shared/units.ts';
import { buyer, data, film, hash, status, torrentFile, useBuyer } from '../swarm/testing/buyer.ts';
import { until } from '../swarm/testing/engine.ts';
import type { KeptTorrent } from './restore.ts';
import { ownTitle } from './testing/intent.ts';
import { openNodeOver } from './testing/node.ts';

useBuyer();

const begun = { infoHash: '', buying: true, expected: 0 };

describe('a title of which nothing is stored', () => {
  const save = () => fail('not-found', 'The store does not have this torrent.');

  it('is stopped and removed, also when its data is to be kept', async () => {
    const { node, bought } = openNodeOver(buyer.swarm, { save });
    unwrap(await buyer.swarm.add(`magnet:?xt=urn:btih:${hash}`));
    expect(await node.watch(hash)).toEqual(done);
    expect(await node.stopPaying(hash)).toEqual(done);
    expect(await node.remove(hash, false)).toEqual(done);
    expect(buyer.swarm.get(hash)).toBeNull();
    const ended = { ...begun, infoHash: hash, buying: false };
    expect(bought()).toEqual([{ ...begun, infoHash: hash }, ended, ended]);
  });
});

describe('a disk that refuses', () => {
  const save = () => fail('storage', 'The disk refuses.');
  const refused = { ok: false, error: { code: 'storage' } };

  it('keeps nothing from playing, and is told of where a restart would pay', async () => {
    const { node } = openNodeOver(buyer.swarm, { save });
    unwrap(await buyer.swarm.add(torrentFile));
    await until(() => status() === 'ready');
    expect(await node.watch(hash)).toEqual(done);
    expect(status()).toBe('downloading');
    expect(await node.stopPaying(hash)).toMatchObject(refused);
    expect(status()).toBe('paused');
    expect(await node.setSellPrice(hash, satPerMiB(5))).toMatchObject(refused);
    expect(await node.remove(hash, false)).toMatchObject(refused);
    expect(status()).toBe('paused');
    expect(await node.remove(hash, true)).toEqual(done);
  });
});

describe("a title of one's own whose files are away", () => {
  /** As a restart finds it: in no swarm, in the list of those that wait. */
  const away = async () => {
    const opened = openNodeOver(buyer.swarm);
    opened.intents.recall(hash, ownTitle);
    const meta = { length: data.length, files: [{ path: film.name, length: data.length }] };
    const bitfield = Uint8Array.of(0);
    const kept: KeptTorrent = { infoHash: hash, torrentFile, bitfield, note: '', meta };
    await opened.ownFiles.restore(kept, ownTitle);
    return opened;
  };
  const download = async () => {
    const opened = await away();
    unwrap(await buyer.swarm.add(torrentFile));
    await until(() => status() === 'ready');
    expect(opened.node.awaySeeds.list()).toHaveLength(1);
    return opened;
  };

  it('is a download from when it is bought, also after a restart', async () => {
    const { node, saved } = await download();
    unwrap(await node.watch(hash));
    expect(node.awaySeeds.list()).toEqual([]);
    expect(saved.get(hash)).toMatchObject({ own: false, wanted: [0] });
  });

  it.each([false, true])(
    'is closed when it is removed as a download, with data: %s',
    async (all) => {
      const { node, discarded, saved } = await download();
      unwrap(await node.remove(hash, all));
      expect(buyer.swarm.get(hash)).toBeNull();
      expect(node.awaySeeds.list()).toEqual([]);
      // The store is the swarm's to empty, after its last write.
      expect(discarded).toEqual([]);
      expect(saved.get(hash)?.removed ?? false).toBe(!all);
    },
  );

  it('leaves what is stored of it where that is wished', async () => {
    const keeping = await away();
    unwrap(await keeping.node.remove(hash, false));
    expect(keeping.saved.get(hash)).toMatchObject({ own: false, removed: true });
    expect([keeping.node.awaySeeds.list(), keeping.discarded]).toEqual([[], []]);
    const deleting = await away();
    unwrap(await deleting.node.remove(hash, true));
    expect([deleting.node.awaySeeds.list(), deleting.discarded]).toEqual([[], [hash]]);
  });

  it('is bought no more once its files are given again', async () => {
    const { node, saved, bought } = await download();
    unwrap(await node.watch(hash));
    const price = satPerMiB(8);
    unwrap(await node.seed({ files: [film], satPerMiB: price }));
    expect(buyer.swarm.get(hash)).toMatchObject({ own: true, sellPrice: price });
    expect(saved.get(hash)).toMatchObject({ own: true, wanted: null, sellPrice: price });
    expect(bought().at(-1)).toEqual({ infoHash: hash, buying: false, expected: 0 });
    // Stopped and begun again, it is its owner's still.
    unwrap(await node.stopPaying(hash));
    unwrap(await node.watch(hash));
    expect(saved.get(hash)).toMatchObject({ own: true, paused: false });
  });
});
