import type { Backlog } from './backlog.ts';
import type { Load, LoadAccount } from './load.ts';

/** What one phase of load came to. */
export interface Phase {
  /** Blocks that were paid in it, and how long it was. */
  readonly blocks: number;
  readonly ms: number;
  /** Signed payments that came. */
  readonly payments: number;
  /** From the report of a block to the arrival of a payment that covers it: a payment leaves the
   * worker when it is signed and on disk. Ms; of a flood, every 64th block. */
  readonly latencies: readonly number[];
}

export interface Phases {
  /** `perSecond` blocks a second, evenly in time, each from a peer by chance; ends when all are paid. */
  steady(perSecond: number, seconds: number): Promise<Phase>;
  /** As many as the engine takes: every peer always has as much under way as its window allows. */
  flood(seconds: number): Promise<Phase>;
}

export interface PhasesDriver extends Phases {
  /** A piece from each peer, paid. */
  warm(): Promise<void>;
  /** An account was paid for so many blocks in all. */
  paid(backlog: Backlog, blocks: number): void;
}

/** Blocks under way with each peer in a flood: half of the usual window of 4 MiB. */
const UNDER_WAY = 128;
/** A flood is topped up in whole pieces. */
const STEP = 16;

/** Of a flood, one block in so many is timed. */
const SAMPLED = 64;

/** xorshift32: the same peers in every run. */
const createDice = (seed: number): ((sides: number) => number) => {
  let state = seed;
  return (sides) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % sides;
  };
};

/** A moment later: not held back to 4 ms as nested timers are. */
const moment = (): Promise<void> => scheduler.postTask(() => undefined, { delay: 1 });

export const createPhases = (parts: {
  readonly accounts: readonly LoadAccount[];
  readonly load: () => Load;
}): PhasesDriver => {
  const { accounts } = parts;
  const dice = createDice(0x9e3779b9);
  let latencies: number[] | null = null;
  let every = 1;
  let blocks = 0;
  let payments = 0;
  let refill: ((backlog: Backlog) => void) | null = null;
  let idle: (() => void) | null = null;

  const waiting = (): number => accounts.reduce((sum, { backlog }) => sum + backlog.waiting, 0);

  const allPaid = (): Promise<void> =>
    new Promise((resolve) => {
      if (waiting() === 0) resolve();
      else idle = resolve;
    });

  const begin = (sampled: number): number => {
    every = sampled;
    latencies = [];
    blocks = 0;
    payments = 0;
    return performance.now();
  };
  const end = (startedAt: number): Phase => {
    const phase = {
      blocks,
      payments,
      ms: performance.now() - startedAt,
      latencies: latencies ?? [],
    };
    latencies = null;
    return phase;
  };

  const topUp = (account: LoadAccount): void => {
    const wanted = UNDER_WAY - account.backlog.waiting;
    const steps = Math.floor(wanted / STEP);
    if (steps > 0) parts.load().report(Array.from({ length: steps * STEP }, () => account));
  };

  return {
    paid(backlog, total) {
      const now = performance.now();
      payments += 1;
      backlog.paid(total, (reportedAt) => {
        blocks += 1;
        if (blocks % every === 0) latencies?.push(now - reportedAt);
      });
      refill?.(backlog);
      if (idle === null || waiting() > 0) return;
      idle();
      idle = null;
    },

    async warm() {
      for (const account of accounts) {
        parts.load().report(Array.from({ length: STEP }, () => account));
      }
      await allPaid();
    },

    async steady(perSecond, seconds) {
      const startedAt = begin(1);
      const total = Math.round(perSecond * seconds);
      for (let sent = 0; sent < total;) {
        const due = Math.min(total, ((performance.now() - startedAt) * perSecond) / 1000);
        const now: LoadAccount[] = [];
        for (; sent < due; sent += 1) {
          const account = accounts[dice(accounts.length)];
          if (account !== undefined) now.push(account);
        }
        if (now.length > 0) parts.load().report(now);
        await moment();
      }
      await allPaid();
      return end(startedAt);
    },

    async flood(seconds) {
      const byBacklog = new Map(accounts.map((account) => [account.backlog, account]));
      refill = (backlog) => {
        const account = byBacklog.get(backlog);
        if (account !== undefined) topUp(account);
      };
      accounts.forEach(topUp);
      // The first second only fills the pipes.
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      const startedAt = begin(SAMPLED);
      await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
      const phase = end(startedAt);
      refill = null;
      await allPaid();
      return phase;
    },
  };
};
