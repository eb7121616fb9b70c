import { backup } from './de/backup.ts';
import { health } from './de/health.ts';
import { library } from './de/library.ts';
import { money } from './de/money.ts';
import { seed } from './de/seed.ts';
import { settings } from './de/settings.ts';
import { shell } from './de/shell.ts';
import { storage } from './de/storage.ts';
import { upkeep } from './de/upkeep.ts';
import { watch } from './de/watch.ts';
import { webSeeds } from './de/web-seeds.ts';

/** Every text of the app in German. */
export const de = {
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
