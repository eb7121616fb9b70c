import { afterEach, describe, expect, it } from 'vitest';
import type { WirePosts } from '../shared/ports/wire-payments.ts';
import { unwrap } from '../shared/result.ts';
import { BLOCK_LENGTH, satPerMiB, wireId, type InfoHash } from '../shared/units.ts';
import { manualClock } from './testing/clock.ts';
import { connect, memoryStore, openNode, until, type TestNode } from './testing/engine.ts';

const nodes: TestNode[] = [];
const node = (...args: Parameters<typeof openNode>): TestNode => {
  const opened = openNode(...args);
  nodes.push(opened);
  return opened;
};
afterEach(async () => {
  await Promise.all(nodes.splice(0).map(({ swarm }) => swarm.destroy()));
});

const data = Uint8Array.from(
  { length: 5 * 262_144 + 70_001 },
  (_, at) => (at * 31 + (at >> 9)) & 0xff,
);
const film = new File([data], 'film.mp4');

const seed = async (seeder: TestNode, satPerMiBytes: number): Promise<InfoHash> =>
  unwrap(await seeder.swarm.seed({ files: [film], satPerMiB: satPerMiB(satPerMiBytes) }));

const torrentFile = (seeder: TestNode, hash: InfoHash): Uint8Array => {
  const resume = seeder.swarm.resumeData(hash);
  if (resume === null) throw new Error('no resume data');
  return resume.torrentFile;
};

/** As a payments worker would that likes every price. */
const buyAtOnce = ({ payments }: TestNode): void => {
  payments.script = (name, payload) => {
    if (name !== 'wireOpened') return;
    const { wire } = payload as WirePosts['wireOpened'];
    payments.emit('wireBuy', { wire, allowed: true, state: 'buying', satPerMiB: satPerMiB(64) });
  };
};

const columns = (rows: Uint32Array, column: number): number[] =>
  [...rows].filter((_, at) => at % 4 === column);

describe('two nodes over the real library', () => {
  it('tells at once that a title can be started', async () => {
    const clock = manualClock();
    const seeder = node(memoryStore(data));
    const leecher = node(memoryStore(null), { clock });
    const hash = await seed(seeder, 0);
    const told: (string | undefined)[] = [];
    leecher.swarm.subscribe(() => told.push(leecher.swarm.get(hash)?.status));
    unwrap(await leecher.swarm.add(seeder.swarm.get(hash)?.magnet ?? ''));
    clock.advance(0);
    leecher.torrent().once('metadata', () => queueMicrotask(() => clock.advance(0)));
    await connect(seeder, leecher);
    await until(() => leecher.torrent().ready);
    // No time has passed since the files were told.
    clock.advance(0);
    expect(told).toEqual(['metadata', 'checking', 'ready']);
  });

  it('transfers a free torrent from a magnet alone', async () => {
    const seeder = node(memoryStore(data));
    const leecher = node(memoryStore(null));
    buyAtOnce(leecher);
    const hash = await seed(seeder, 0);
    const magnet = seeder.swarm.get(hash)?.magnet ?? '';
    expect(unwrap(await leecher.swarm.add(magnet))).toBe(hash);
    await connect(seeder, leecher);
    const view = unwrap(await leecher.swarm.metadata(hash));
    expect(view.files.map(({ path, length }) => [path, length])).toEqual([
      ['film.mp4', data.length],
    ]);
    await until(() => leecher.swarm.get(hash)?.status === 'ready');
    expect(leecher.swarm.get(hash)?.downloaded).toBe(0);
    unwrap(leecher.swarm.start(hash));
    await until(() => leecher.swarm.get(hash)?.status === 'seeding');
    expect(leecher.swarm.get(hash)?.held).toBe(data.length);
  });

  it('reports every block once on both sides and each verified piece', async () => {
    const seeder = node(memoryStore(data));
    const leecher = node(memoryStore(null));
    const hash = await seed(seeder, 0);
    unwrap(await leecher.swarm.add(torrentFile(seeder, hash), { started: 'all' }));
    buyAtOnce(leecher);
    await connect(seeder, leecher);
    await until(() => leecher.swarm.get(hash)?.status === 'seeding');
    const sum = (list: { rows: Uint32Array }[]): number =>
      list.flatMap(({ rows }) => columns(rows, 3)).reduce((a, b) => a + b, 0);
    await until(() => sum(seeder.payments.of('blocksSent')) >= data.length);
    expect(sum(leecher.payments.of('blocksReceived'))).toBe(data.length);
    expect(sum(seeder.payments.of('blocksSent'))).toBe(data.length);
    const blocks = leecher.payments
      .of('blocksReceived')
      .flatMap(({ rows }) =>
        columns(rows, 1).map((piece, at) => `${piece}/${columns(rows, 2)[at]}`),
      );
    expect(new Set(blocks).size).toBe(Math.ceil(data.length / BLOCK_LENGTH));
    const good = leecher.payments.of('pieceChecked');
    expect(good.map(({ piece }) => piece).sort()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(good.every((check) => check.good && check.wires.length === 1)).toBe(true);
  });

  it('tells of a wire that closes, on both sides, once', async () => {
    const seeder = node(memoryStore(data));
    const leecher = node(memoryStore(null));
    const hash = await seed(seeder, 0);
    unwrap(await leecher.swarm.add(torrentFile(seeder, hash)));
    const { cut } = await connect(seeder, leecher);
    const opened = ({ payments }: TestNode): number => payments.of('wireOpened').length;
    await until(() => opened(seeder) + opened(leecher) === 2);
    cut();
    const closed = ({ payments }: TestNode): unknown[] => payments.of('wireClosed');
    await until(() => closed(seeder).length + closed(leecher).length === 2);
    expect([closed(seeder), closed(leecher)]).toEqual([[{ wire: 1 }], [{ wire: 1 }]]);
    expect(leecher.swarm.get(hash)?.peers).toEqual([]);
  });

  it('drops a wire when it is told to, and lets a banned peer in no more', async () => {
    const seeder = node(memoryStore(data));
    const leecher = node(memoryStore(null));
    const hash = await seed(seeder, 0);
    unwrap(await leecher.swarm.add(torrentFile(seeder, hash)));
    await connect(seeder, leecher);
    await until(() => leecher.payments.of('wireOpened').length === 1);
    leecher.payments.emit('wireDrop', { wire: wireId(1), code: 'protocol', ban: false });
    await until(() => leecher.payments.of('wireClosed').length === 1);
    await connect(seeder, leecher);
    await until(() => leecher.payments.of('wireOpened').length === 2);
    leecher.payments.emit('wireDrop', { wire: wireId(2), code: 'bad-signature', ban: true });
    await until(() => leecher.payments.of('wireClosed').length === 2);
    await connect(seeder, leecher);
    await until(() => seeder.payments.of('wireClosed').length >= 2);
    expect(leecher.payments.of('wireOpened')).toHaveLength(2);
  });

  it('adds a torrent that failed anew', async () => {
    const seeder = node(memoryStore(data));
    const hash = await seed(seeder, 0);
    const file = torrentFile(seeder, hash);
    const leecher = node(memoryStore(null));
    unwrap(await leecher.swarm.add(file));
    await until(() => leecher.swarm.get(hash)?.status === 'ready');
    leecher.torrent()._destroy(new Error('disk full'));
    expect(leecher.swarm.get(hash)).toMatchObject({ status: 'failed', failure: 'disk full' });
    expect(leecher.swarm.start(hash)).toMatchObject({ ok: false, error: { code: 'storage' } });
    unwrap(await leecher.swarm.add(file));
    await until(() => leecher.swarm.get(hash)?.status === 'ready');
  });
});
