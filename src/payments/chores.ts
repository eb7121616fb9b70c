import { failureOf } from '../shared/result.ts';
import type { Buying } from './buying/buying.ts';
import type { Context } from './context.ts';
import type { Outbox } from './outbox.ts';
import type { Recovery } from './recovery.ts';
import type { Selling } from './selling/selling.ts';

/** How often the chain is asked about what cannot be heard from peers. */
const EVERY_MS = 30_000;
/**
 * What needs the wallet waits this long at start, and while a channel is being opened: the wallet does
 * one thing at a time, and somebody who wants to watch a film comes first.
 */
const WALLET_AFTER_MS = 8_000;

export interface Chores {
  /** One look at everything, after any that is under way. */
  tick(): Promise<void>;
  /** Looks now at what is due, and at everything every half minute. */
  start(): void;
  /** Resolves soon, whatever is under way. */
  stop(): Promise<void>;
}

/** What is left of a look when the engine closes; the next start looks again. */
const LAST_MS = 1_000;

/** Looks at the chain now and then: what is accepted, mined, settled, due, refundable. */
export const createChores = (
  context: Context,
  parts: {
    readonly outbox: Outbox;
    readonly buying: Buying;
    readonly selling: Selling;
    readonly recovery: Recovery;
  },
): Chores => {
  const { wallet, clock } = context;
  const { outbox, buying, selling, recovery } = parts;
  let running: Promise<void> = Promise.resolve();
  let closed = false;
  let cancel: () => void = () => undefined;

  const urgent = [() => outbox.tick(), () => selling.tick()];
  const unhurried = [
    () => wallet.scan(),
    () => buying.tick(outbox),
    () => wallet.tick(),
    // After the wallet has sent again what did not reach the network.
    () => recovery.tick(),
  ];

  const runAll = async (list: readonly (() => Promise<unknown>)[]): Promise<void> => {
    for (const chore of list) {
      if (closed) return;
      try {
        await chore();
      } catch (error) {
        context.problem(failureOf(error).message);
      }
    }
  };

  const run = (list: readonly (() => Promise<unknown>)[]): Promise<void> => {
    running = running.then(() => runAll(list));
    return running;
  };

  const all = async (): Promise<void> => {
    await wallet.ready;
    await run([...urgent, ...unhurried]);
  };

  const plan = (ms: number): void => {
    if (closed) return;
    cancel = clock.after(ms, () => {
      if (buying.isOpening()) plan(WALLET_AFTER_MS);
      else void all().finally(() => plan(EVERY_MS));
    });
  };

  return {
    tick: all,
    start() {
      void run(urgent);
      // Beside the others: a channel found again need not be opened a second time.
      void wallet.ready.then(() => runAll([() => recovery.tick()]));
      plan(WALLET_AFTER_MS);
    },
    async stop() {
      closed = true;
      cancel();
      await Promise.race([running, new Promise<void>((end) => void clock.after(LAST_MS, end))]);
    },
  };
};
