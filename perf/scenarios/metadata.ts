import type { Scenario } from '../scenario.ts';
import { openArena } from '../support/arena.ts';
import { ASKED_HEAD, askedRow, failuresOf, overTime, ramp } from '../support/asked.ts';
import { watchHeap } from '../support/heap.ts';
import { openNode } from '../support/nodes.ts';
import { latencyOf } from '../support/stats.ts';

const USERS = [5, 10, 15, 5, 0];
/** How long the earlier system’s own test of this took. */
const MINUTES_6_5 = 390;

export const metadata: Scenario = {
  name: 'metadata',
  about:
    'Metadata stress: magnets through the local API, never seen before and cached, with 0 → 5 → 10 → 15 → 5 → 0 users.',
  async run(stage) {
    const seconds = stage.options.seconds ?? (stage.options.full ? MINUTES_6_5 / USERS.length : 8);
    const count = stage.options.count ?? (stage.options.full ? 200 : 60);
    const { app } = await openArena(stage);
    const seeder = await openNode(stage.scope, app, 'seeder');
    stage.note(`seeding ${count} small torrents`);
    const magnets = await seeder.seedMany(count);
    const node = await openNode(stage.scope, app, 'node');
    const heap = await watchHeap(node.browser.page);
    const before = await heap.page(true);
    const asked = await stage.health.during('users', () =>
      node.metadataLoad(ramp(USERS, seconds), magnets),
    );
    const growth = (await heap.page(true)) - before;
    const of = (kind: string) => asked.filter((one) => one.kind === kind);
    const failures = failuresOf(asked);
    const [cold, cached] = [of('cold'), of('cached')];
    return {
      metrics: {
        requests: asked.length,
        errors: failures.length,
        coldRequests: cold.length,
        coldP50Ms: latencyOf(cold.map(({ ms }) => ms)).p50,
        coldP95Ms: latencyOf(cold.map(({ ms }) => ms)).p95,
        cachedP95Ms: latencyOf(cached.map(({ ms }) => ms)).p95,
        heapGrowthMB: growth / 1e6,
        heapGrowthKBPerTorrent: growth / 1e3 / Math.max(1, cold.length),
      },
      tables: [
        {
          title: 'GET /api/metadata/:magnet, each user once a second',
          head: ASKED_HEAD,
          rows: [
            askedRow('cold', cold),
            askedRow('cached', cached),
            askedRow('failed', of('failed')),
            ['earlier system', '877', '0', '111', '75', '253'],
          ],
        },
      ],
      charts: [overTime('Metadata while users come and go', asked)],
      remarks: [
        'A magnet that was never seen joins its swarm: tracker, WebRTC connection, metadata. Each stays in the library, with its connection.',
        ...new Set(failures.slice(0, 5)),
      ],
      samples: asked,
    };
  },
};
