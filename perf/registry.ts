import type { Scenario } from './scenario.ts';
import { engine } from './scenarios/engine.ts';
import { paidVsFree } from './scenarios/paid-vs-free.ts';

/** Every scenario, in the order in which all of them run. */
export const SCENARIOS: readonly Scenario[] = [paidVsFree, engine];
