import { first } from './en/first.ts';
import { rest } from './en/rest.ts';

/** Every text of the app in English. Its keys are the keys of every catalogue. */
export const en = { ...first, ...rest } as const;
