import type { TrackerChoice } from '../shared/ports/trackers.ts';
import { fail, ok, type Result } from '../shared/result.ts';

export interface TrackerChoiceParts {
  readonly profile: string;
  readonly usual: readonly string[];
  /** May refuse, as private modes do. */
  readonly storage: () => Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  /** Checks a list as the configuration's own is checked. */
  readonly decode: (list: unknown) => Result<readonly string[]>;
}

/** The trackers of a profile: chosen by the user, or those of the configuration. */
export const createTrackerChoice = ({
  profile,
  usual,
  storage,
  decode,
}: TrackerChoiceParts): TrackerChoice => {
  const key = `rivulet:${profile}:trackers`;

  /** What is kept was written by this app, but a person or another version may have changed it. */
  const kept = (): readonly string[] | null => {
    try {
      const text = storage().getItem(key);
      if (text === null) return null;
      const decoded = decode(JSON.parse(text));
      return decoded.ok && decoded.value.length > 0 ? decoded.value : null;
    } catch {
      return null;
    }
  };

  const next = (): readonly string[] => kept() ?? usual;

  return {
    usual,
    running: next(),
    next,
    choose(list) {
      const decoded = list === null ? ok(usual) : decode(list);
      if (!decoded.ok) return decoded;
      if (decoded.value.length === 0) {
        return fail('bad-input', 'At least one tracker is needed, or nobody can be found.');
      }
      try {
        if (list === null) storage().removeItem(key);
        else storage().setItem(key, JSON.stringify(decoded.value));
      } catch {
        return fail('storage', 'The browser did not keep the list. Nothing was changed.');
      }
      return decoded;
    },
  };
};
