import type {
  AccountRecord,
  BatchRecord,
  ChannelRecord,
  Commit,
  OutboxRecord,
} from '../shared/ports/ledger.ts';
import { done, type Failure, type Result } from '../shared/result.ts';

/** Several commits as one, in order: of records with the same key the last one stays. */
export interface MergedCommit {
  readonly batches: readonly BatchRecord[];
  readonly channels: readonly ChannelRecord[];
  readonly accounts: readonly AccountRecord[];
  readonly outbox: readonly OutboxRecord[];
}

const lastOf = <T>(
  commits: readonly Commit[],
  records: (commit: Commit) => readonly T[] | undefined,
  key: (record: T) => string,
): readonly T[] => {
  const byKey = new Map<string, T>();
  for (const commit of commits) {
    for (const record of records(commit) ?? []) byKey.set(key(record), record);
  }
  return [...byKey.values()];
};

export const mergeCommits = (commits: readonly Commit[]): MergedCommit => ({
  batches: commits.flatMap(({ batches }) => batches ?? []),
  channels: lastOf(
    commits,
    ({ channels }) => channels,
    ({ cid }) => cid,
  ),
  accounts: lastOf(
    commits,
    ({ accounts }) => accounts,
    ({ role, peer }) => role + peer,
  ),
  outbox: lastOf(
    commits,
    ({ outbox }) => outbox,
    ({ txid }) => txid,
  ),
});

export interface CommitQueue {
  /** Resolves once the transaction that carries `commit` is durable, or has failed. */
  push(commit: Commit): Promise<Result<void>>;
  /** Runs `task` while no transaction of commits is under way; those that wait go on after it. */
  between<T>(task: () => Promise<T>): Promise<T>;
  /** Resolves when nothing is under way or waiting. */
  idle(): Promise<void>;
}

/**
 * Group commit. The first commit of a turn starts a transaction at the end of that turn; whatever
 * comes while it runs shares the next one. A busy ledger therefore writes few large transactions and
 * an idle one writes at once, without a timer. A transaction that fails fails every commit in it,
 * and the next one starts afresh.
 */
export const createCommitQueue = (
  write: (commits: readonly Commit[]) => Promise<void>,
  failure: (thrown: unknown) => Failure,
): CommitQueue => {
  interface Waiting {
    readonly commit: Commit;
    readonly settle: (result: Result<void>) => void;
  }
  let waiting: Waiting[] = [];
  const tasks: (() => Promise<void>)[] = [];
  let running: Promise<void> | null = null;

  const attempt = async (commits: readonly Commit[]): Promise<Result<void>> => {
    try {
      await write(commits);
      return done;
    } catch (thrown) {
      return { ok: false, error: failure(thrown) };
    }
  };

  const drain = async (): Promise<void> => {
    await Promise.resolve(); // the rest of this turn's commits come first
    while (waiting.length > 0 || tasks.length > 0) {
      const task = tasks.shift();
      if (task !== undefined) await task();
      if (waiting.length === 0) continue;
      const group = waiting;
      waiting = [];
      const result = await attempt(group.map(({ commit }) => commit));
      for (const { settle } of group) settle(result);
    }
    running = null;
  };

  return {
    push: (commit) =>
      new Promise((settle) => {
        waiting.push({ commit, settle });
        running ??= drain();
      }),
    between: (task) =>
      new Promise((resolve, reject) => {
        tasks.push(() => task().then(resolve, reject));
        running ??= drain();
      }),
    idle: async () => {
      while (running !== null) await running;
    },
  };
};
