import type { Scenario } from './scenario.ts';
import { boot } from './scenarios/boot.ts';
import { concurrent3 } from './scenarios/concurrent-3.ts';
import { cost } from './scenarios/cost.ts';
import { download100mb } from './scenarios/download-100mb.ts';
import { engine } from './scenarios/engine.ts';
import { firstFrame } from './scenarios/first-frame.ts';
import { memory } from './scenarios/memory.ts';
import { metadata } from './scenarios/metadata.ts';
import { pageThread } from './scenarios/page-thread.ts';
import { paidVsFree } from './scenarios/paid-vs-free.ts';
import { payLatency } from './scenarios/pay-latency.ts';
import { ping } from './scenarios/ping.ts';
import { scaling } from './scenarios/scaling.ts';
import { smoke } from './scenarios/smoke.ts';
import { streamRead } from './scenarios/stream-read.ts';
import { streamingLoad } from './scenarios/streaming-load.ts';
import { swarm20 } from './scenarios/swarm-20.ts';
import { torrents10 } from './scenarios/torrents-10.ts';

/** Every scenario, in the order in which all of them run. */
export const SCENARIOS: readonly Scenario[] = [
  paidVsFree,
  firstFrame,
  engine,
  payLatency,
  download100mb,
  concurrent3,
  swarm20,
  scaling,
  torrents10,
  memory,
  pageThread,
  streamRead,
  ping,
  metadata,
  streamingLoad,
  boot,
  cost,
  smoke,
];
