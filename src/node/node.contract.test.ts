import { describe, expect, it } from 'vitest';
import { done, fail, unwrap } from '../shared/result.ts';
import { satPerMiB } from '../shared/units.ts';
import { buyer, hash, status, torrentFile, useBuyer } from '../swarm/testing/buyer.ts';
import { until } from '../swarm/testing/engine.ts';
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
