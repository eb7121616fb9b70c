import type { Outcome, Scenario } from '../scenario.ts';
import { MIB } from '../support/sources.ts';
import { figure } from '../support/table.ts';
import { within } from '../support/scope.ts';
import { engineMetrics, runEngine } from './engine.ts';
import { comparePaid, comparisonOf } from './paid-vs-free.ts';
import { payLatencyMetrics, runPayLatency } from './pay-latency.ts';

/** Small enough for every test run, large enough that start-up is not all there is. */
const DOWNLOAD_BYTES = 24 * MIB;
const LATENCY_BYTES = 12 * MIB;
const ENGINE_SECONDS = 2;

/**
 * A short form of the three scenarios that money and speed hang on. Its budgets are wide: they catch
 * what broke, not what a busy machine does.
 */
export const smoke: Scenario = {
  name: 'smoke',
  about: 'Paid against free and stock, the engine alone, and payment latency, all of it short.',
  async run(stage): Promise<Outcome> {
    const compared = await within(stage.scope, (scope) =>
      comparePaid({ ...stage, scope }, { rounds: 1, bytes: DOWNLOAD_BYTES }),
    );
    const engine = await within(stage.scope, (scope) =>
      runEngine({ ...stage, scope }, { rounds: 1, seconds: ENGINE_SECONDS }),
    );
    const latency = await within(stage.scope, (scope) =>
      runPayLatency({ ...stage, scope }, { rounds: 1, bytes: LATENCY_BYTES }),
    );
    const { paidMBps, paidOverStock, paidOverFree } = comparisonOf(compared).metrics;
    const { sustainedEventsPerSecond, avgMs, fixedAvgMs } = engineMetrics(engine);
    const { p50Ms, p95Ms, unmatchedBlocks } = payLatencyMetrics(latency);
    const metrics = {
      paidMBps,
      paidOverStock,
      paidOverFree,
      sustainedEventsPerSecond,
      fixedOverAdaptive: fixedAvgMs / avgMs,
      payP50Ms: p50Ms,
      payP95Ms: p95Ms,
      unmatchedBlocks,
    };
    return {
      metrics,
      tables: [
        {
          title: 'Smoke',
          head: ['figure', 'value'],
          rows: Object.entries(metrics).map(([key, value]) => [key, figure(value)]),
        },
      ],
      charts: [],
      remarks: [],
      samples: compared,
    };
  },
};
