/** The profile of a page whose URL names none. */
export const DEFAULT_PROFILE = 'main';

/** Query parameter that makes a page a seller of the sample film, without a user interface. */
export const SELLER_PARAMETER = 'sell';

/** Short and plain, because it becomes part of database, directory and lock names. */
const PROFILE = /^[a-z0-9][a-z0-9-]{0,31}$/;

/**
 * Which profile a page belongs to: its `profile` query parameter. Everything that a profile keeps
 * (database, keys, files, engine lock) is named after it, so two profiles share nothing.
 * A malformed name falls back to the default, never to a half-right name.
 */
export const profileOf = (url: URL): string => {
  const name = url.searchParams.get('profile');
  return name !== null && PROFILE.test(name) ? name : DEFAULT_PROFILE;
};
