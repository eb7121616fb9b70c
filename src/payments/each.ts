import { failureOf } from '../shared/result.ts';
import type { Context } from './context.ts';

/**
 * Does the same with each in turn. One that throws is a problem to be shown and keeps none of the
 * others from its turn: a single damaged record must not hold up everybody's money.
 */
export const eachInTurn = async <T>(
  { problem }: Pick<Context, 'problem'>,
  items: Iterable<T>,
  work: (item: T) => Promise<unknown>,
): Promise<void> => {
  for (const item of [...items]) {
    try {
      await work(item);
    } catch (error) {
      problem(failureOf(error).message);
    }
  }
};
