import type { Scenario } from './scenario.ts';
import { download100mb } from './scenarios/download-100mb.ts';
import { engine } from './scenarios/engine.ts';
import { firstFrame } from './scenarios/first-frame.ts';
import { memory } from './scenarios/memory.ts';
import { pageThread } from './scenarios/page-thread.ts';
import { paidVsFree } from './scenarios/paid-vs-free.ts';

import { payLatency } from './scenarios/pay-latency.ts';
import { smoke } from './scenarios/smoke.ts';
import { streamRead } from './scenarios/stream-read.ts';

/** Every scenario, in the order in which all of them run. */
export const SCENARIOS: readonly Scenario[] = [
  paidVsFree,
  firstFrame,
  engine,
  payLatency,
  download100mb,
  pageThread,
  streamRead,
  memory,
  smoke,
];
