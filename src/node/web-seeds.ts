/** What is used of `localStorage`. */
export interface ChoiceStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** Whether web seeds are used, as it was last chosen in this profile. */
export interface WebSeedChoice {
  read(): boolean;
  write(wanted: boolean): void;
}

/**
 * They are used unless the user says no: a title without peers would not play otherwise, only hosts of
 * started titles are asked, and those learn no more of the user than any peer of the same swarm does.
 * Storage that is full or forbidden reads as this; what was chosen then holds for the session.
 */
export const createWebSeedChoice = (
  storage: () => ChoiceStorage,
  profile: string,
): WebSeedChoice => {
  const key = `rivulet:${profile}:web-seeds`;
  const load = (): string | null => {
    try {
      return storage().getItem(key);
    } catch {
      return null;
    }
  };
  let isWanted = load() !== 'off';
  return {
    read: () => isWanted,
    write(wanted) {
      isWanted = wanted;
      try {
        storage().setItem(key, wanted ? 'on' : 'off');
      } catch {
        // Private modes may refuse.
      }
    },
  };
};
