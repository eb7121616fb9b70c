import { describe, expect, it } from 'vitest';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Route } from '../router/route.ts';
import { HASH } from '../testing/views.ts';
import { Adding } from './adding.svelte.ts';
import type { NodeState } from './node.svelte.ts';

const MAGNET = `magnet:?xt=urn:btih:${HASH}`;

const open = (isReady: boolean) => {
  const added: unknown[] = [];
  const chosen: File[] = [];
  const routes: Route[] = [];
  const node = {
    port: {
      torrents: {
        add: async (what: unknown) => {
          added.push(what);
          return ok(HASH);
        },
      },
    },
    seeding: { choose: (files: readonly File[]) => void chosen.push(...files) },
  } as unknown as NodeState;
  const waiting: ((node: Result<NodeState>) => void)[] = [];
  const host = {
    node: isReady ? node : null,
    ready: () =>
      isReady
        ? Promise.resolve(ok(node))
        : new Promise<Result<NodeState>>((resolve) => waiting.push(resolve)),
  };
  const adding = new Adding(host, { go: (route) => void routes.push(route) });
  const answer = (result: Result<NodeState> = ok(node)): void =>
    waiting.forEach((resolve) => resolve(result));
  return { adding, added, chosen, routes, answer, waiting };
};

const torrentFile = () => new File(['d4:infod1:ai1eee'], 'a.torrent');

describe('Adding', () => {
  it('opens a magnet on its Watch view', async () => {
    const { adding, added, routes } = open(true);
    expect(await adding.add.run(` ${MAGNET} `)).toMatchObject({ ok: true });
    expect(added).toEqual([MAGNET]);
    expect(routes).toEqual([{ view: 'watch', infoHash: HASH }]);
  });

  it('puts a magnet that comes before the node into the address', async () => {
    const { adding, added, routes } = open(false);
    expect(await adding.add.run(MAGNET)).toMatchObject({ ok: true });
    expect(routes).toEqual([{ view: 'link', source: MAGNET }]);
    expect(added).toEqual([]);
  });

  it.each([true, false])('says that a text is no magnet, node or not (%s)', async (isReady) => {
    const { adding, routes } = open(isReady);
    expect(await adding.add.run('nonsense')).toMatchObject({ error: { code: 'bad-magnet' } });
    expect(routes).toEqual([]);
  });

  it('keeps a file until the node runs, and then adds it once', async () => {
    const { adding, added, routes, answer, waiting } = open(false);
    const both = [adding.add.run(torrentFile()), adding.add.run(torrentFile())];
    await new Promise((resolve) => setImmediate(resolve));
    expect([adding.add.pending, waiting.length, added.length]).toEqual([true, 1, 0]);
    answer();
    await Promise.all(both);
    expect(added).toHaveLength(1);
    expect(routes).toEqual([{ view: 'watch', infoHash: HASH }]);
  });

  it('says why when the node cannot start', async () => {
    const { adding, added, answer } = open(false);
    const run = adding.add.run(torrentFile());
    await new Promise((resolve) => setImmediate(resolve));
    answer(fail('not-ready', 'No ledger.'));
    await run;
    expect(adding.add.failure?.message).toBe('No ledger.');
    expect(added).toEqual([]);
  });

  it('takes other files to Seed, whenever the node comes', async () => {
    const { adding, chosen, routes, answer } = open(false);
    const film = new File(['film'], 'film.mp4');
    adding.takeFiles([film]);
    expect([routes, chosen]).toEqual([[{ view: 'seed' }], []]);
    answer();
    await new Promise((resolve) => setImmediate(resolve));
    expect(chosen).toEqual([film]);
  });
});
