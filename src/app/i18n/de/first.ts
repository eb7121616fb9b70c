import { library } from './library.ts';
import { shell } from './shell.ts';

/** What the shell and Home say: needed for the first view, and fetched with it. */
export const first = { ...shell, ...library } as const;
