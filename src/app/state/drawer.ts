/** Small things a profile remembers about the look of the page; losing them costs nothing. */
export interface Drawer {
  read(name: string): Readonly<Record<string, unknown>> | null;
  write(name: string, value: Readonly<Record<string, unknown>>): void;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A drawer in `storage`, apart for each profile. Storage that is full or forbidden reads as empty. */
export const createDrawer = (storage: () => Storage, profile: string): Drawer => {
  const key = (name: string): string => `rivulet:${profile}:${name}`;
  return {
    read(name) {
      try {
        const value: unknown = JSON.parse(storage().getItem(key(name)) ?? 'null');
        return isRecord(value) ? value : null;
      } catch {
        return null;
      }
    },
    write(name, value) {
      try {
        storage().setItem(key(name), JSON.stringify(value));
      } catch {
        // Private modes may refuse: the choice then holds until the page is closed.
      }
    },
  };
};

/** The profile in the page's URL; only names what is kept here, so any short plain name will do. */
export const profileName = (url: URL): string => {
  const name = url.searchParams.get('profile') ?? '';
  return /^[a-z0-9][a-z0-9-]{0,31}$/.test(name) ? name : 'main';
};
