import { first } from './de/first.ts';
import { rest } from './de/rest.ts';

/** Every text of the app in German. */
export const de = { ...first, ...rest } as const;
