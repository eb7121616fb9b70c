import type { Clock } from '../shared/clock.ts';
import type { Offered } from './offers.ts';
import { MEET_LOOK_MS, MEET_MS, MEET_TIMES } from './limits.ts';

/** A title that is open, not stopped and not complete. */
export interface Seeking {
  /** What it is known by here; forgotten with it. */
  readonly key: object;
  offered(): Offered;
  /** Says at its trackers that it is here, with offers to peers of their choice. */
  announce(): void;
}

/** Somebody who has what it lacks may be there, and is not met yet. */
const isLacking = ({ complete, served, connected, others }: Offered): boolean =>
  !complete && !served && others !== null && others > connected;

/**
 * An announce carries five offers at most, to peers that the tracker picks: of a larger swarm the one
 * that has everything may not be among them, and the tracker's next turn is minutes away. Until such a
 * one is met, a title announces again a moment later, then twice as long after each time, a few times.
 * Returns a function that ends it.
 */
export const keepMeeting = (titles: () => readonly Seeking[], clock: Clock): (() => void) => {
  const waits = new WeakMap<object, { ms: number; at: number; left: number }>();
  let cancel: () => void = () => undefined;

  const look = (): void => {
    const now = clock.now();
    for (const title of titles()) {
      const wait = waits.get(title.key);
      if (wait !== undefined && now < wait.at) continue;
      if (!isLacking(title.offered())) waits.delete(title.key);
      else if (wait === undefined) {
        waits.set(title.key, { ms: MEET_MS, at: now + MEET_MS, left: MEET_TIMES });
      } else if (wait.left === 0) {
        // Looked at now and then, for the day that it meets one and loses it.
        wait.at = now + wait.ms;
      } else {
        wait.at = now + wait.ms;
        wait.ms *= 2;
        wait.left -= 1;
        title.announce();
      }
    }
    cancel = clock.after(MEET_LOOK_MS, look);
  };
  cancel = clock.after(MEET_LOOK_MS, look);
  return () => cancel();
};
