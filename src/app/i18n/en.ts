import { backup } from './en/backup.ts';
import { health } from './en/health.ts';
import { library } from './en/library.ts';
import { money } from './en/money.ts';
import { seed } from './en/seed.ts';
import { settings } from './en/settings.ts';
import { shell } from './en/shell.ts';
import { storage } from './en/storage.ts';
import { upkeep } from './en/upkeep.ts';
import { watch } from './en/watch.ts';
import { webSeeds } from './en/web-seeds.ts';

/** Every text of the app in English. Its keys are the keys of every catalogue. */
export const en = {
  ...shell,
  ...library,
  ...watch,
  ...webSeeds,
  ...seed,
  ...money,
  ...settings,
  ...health,
  ...storage,
  ...upkeep,
  ...backup,
} as const;
