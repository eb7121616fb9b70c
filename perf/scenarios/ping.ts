import type { Scenario } from '../scenario.ts';
import { openArena } from '../support/arena.ts';
import { ASKED_HEAD, askedRow, failuresOf, overTime, ramp } from '../support/asked.ts';
import { openNode } from '../support/nodes.ts';
import { latencyOf } from '../support/stats.ts';

const USERS = [10, 50, 100, 50, 0];
/** How long the earlier system’s own test of this took. */
const MINUTES_5 = 300;

export const ping: Scenario = {
  name: 'ping',
  about:
    'Baseline health: the local API’s ping through the service worker, with 0 → 10 → 50 → 100 → 50 → 0 users.',
  async run(stage) {
    const seconds = stage.options.seconds ?? (stage.options.full ? MINUTES_5 / USERS.length : 8);
    const { app } = await openArena(stage);
    const node = await openNode(stage.scope, app, 'node');
    const asked = await stage.health.during('users', () => node.pingLoad(ramp(USERS, seconds)));
    const { p50, p95, avg } = latencyOf(asked.map(({ ms }) => ms));
    return {
      metrics: {
        requests: asked.length,
        errors: failuresOf(asked).length,
        p50Ms: p50,
        p95Ms: p95,
        avgMs: avg,
      },
      tables: [
        {
          title: 'GET /api/ping, each user once a second',
          head: ASKED_HEAD,
          rows: [askedRow('ping', asked), ['earlier system', '', '0', '', '', '1.64']],
        },
      ],
      charts: [overTime('Ping while users come and go', asked)],
      remarks: [...new Set(failuresOf(asked))].slice(0, 5),
      samples: asked,
    };
  },
};
