/** People who ask again and again, more and fewer of them as time goes by. */

/** So many users at the end of this stretch; in between the number changes evenly. */
export interface Stretch {
  readonly users: number;
  readonly seconds: number;
}

export interface Asked {
  /** When, in ms since the start, and how long it took. */
  readonly at: number;
  readonly ms: number;
  readonly kind: string;
  /** Why it failed; null when it did not. */
  readonly error: string | null;
}

/** What a user does: the returned text names the kind of request. @throws when it fails. */
export type Ask = (user: number, turn: number) => Promise<string>;

/** Users at `ms` since the start: whole people. */
export const usersAt = (stretches: readonly Stretch[], ms: number): number => {
  let from = 0;
  let before = 0;
  for (const { users, seconds } of stretches) {
    const length = seconds * 1_000;
    if (ms < from + length) return Math.round(before + ((users - before) * (ms - from)) / length);
    from += length;
    before = users;
  }
  return 0;
};

export const lengthOf = (stretches: readonly Stretch[]): number =>
  stretches.reduce((sum, { seconds }) => sum + seconds * 1_000, 0);

/** Time as users live in it. */
export interface UserTime {
  now(): number;
  pause(ms: number): Promise<void>;
}

const realTime: UserTime = {
  now: () => performance.now(),
  pause: (ms) =>
    new Promise((resolve) => {
      setTimeout(resolve, ms);
    }),
};

/** What went wrong, as text; what a user asked is not told. */
const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** Users look for their turn this often while there are more people than wanted. */
const LOOK_MS = 50;

/**
 * Lets the users ask. After each answer a user thinks for `thinkMs`, outside of what is measured;
 * users begin spread over that time.
 */
export const letAsk = async (
  stretches: readonly Stretch[],
  thinkMs: number,
  ask: Ask,
  time: UserTime = realTime,
): Promise<readonly Asked[]> => {
  const startedAt = time.now();
  const end = lengthOf(stretches);
  const most = Math.max(...stretches.map(({ users }) => users));
  const asked: Asked[] = [];
  const since = (): number => time.now() - startedAt;

  const user = async (index: number): Promise<void> => {
    await time.pause((index / most) * thinkMs);
    for (let turn = 0; since() < end;) {
      if (usersAt(stretches, since()) <= index) {
        await time.pause(LOOK_MS);
        continue;
      }
      const at = since();
      try {
        const kind = await ask(index, turn);
        asked.push({ at, ms: since() - at, kind, error: null });
      } catch (error) {
        asked.push({ at, ms: since() - at, kind: 'failed', error: reasonOf(error) });
      }
      turn += 1;
      await time.pause(thinkMs);
    }
  };
  await Promise.all(Array.from({ length: most }, (_, index) => user(index)));
  return asked;
};
