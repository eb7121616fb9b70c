import type { SpeedLimits } from '../shared/ports/torrents.ts';

/** Below this a peer would wait longer for a block than it waits for an answer. */
const MIN_LIMIT = 16 * 1024;
const MAX_LIMIT = 2 ** 40;

/** What is used of `localStorage`. */
export interface SpeedStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** The speed limits of one profile, as they were last set. */
export interface KeptSpeed {
  read(): SpeedLimits;
  /** The limits as they hold: a limit of 0 or none is none, one that is too low is raised. */
  write(limits: SpeedLimits): SpeedLimits;
}

const limitOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) && value > 0
    ? Math.min(MAX_LIMIT, Math.max(MIN_LIMIT, Math.round(value)))
    : null;

const parse = (text: string | null): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
};

/** Storage that is full or forbidden reads as no limits; what was set then holds for the session. */
export const createKeptSpeed = (storage: () => SpeedStorage, profile: string): KeptSpeed => {
  const key = `rivulet:${profile}:speed`;
  const load = (): string | null => {
    try {
      return storage().getItem(key);
    } catch {
      return null;
    }
  };
  const { down, up } = parse(load());
  let limits: SpeedLimits = { down: limitOf(down), up: limitOf(up) };
  return {
    read: () => limits,
    write(next) {
      limits = { down: limitOf(next.down), up: limitOf(next.up) };
      try {
        storage().setItem(key, JSON.stringify(limits));
      } catch {
        // Private modes may refuse.
      }
      return limits;
    },
  };
};
