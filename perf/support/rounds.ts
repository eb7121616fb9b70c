import type { Stage } from '../scenario.ts';
import { within, type Scope } from './scope.ts';

/** One side of a comparison: runs once and gives what it measured. */
export type Side<T> = (scope: Scope, round: number) => Promise<T>;

/**
 * Runs every side once a round, each round beginning with the next one, so that neither the machine's
 * mood nor the order favours a side. Each run has browsers of its own.
 */
export const inTurns = async <T>(
  { scope }: Pick<Stage, 'scope'>,
  rounds: number,
  sides: readonly Side<T>[],
): Promise<T[]> => {
  const results: T[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    for (let turn = 0; turn < sides.length; turn += 1) {
      const side = sides[(turn + round - 1) % sides.length];
      if (side !== undefined) results.push(await within(scope, (inner) => side(inner, round)));
    }
  }
  return results;
};
