import { backup } from './backup.ts';
import { health } from './health.ts';
import { money } from './money.ts';
import { seed } from './seed.ts';
import { settings } from './settings.ts';
import { storage } from './storage.ts';
import { upkeep } from './upkeep.ts';
import { watch } from './watch.ts';
import { webSeeds } from './web-seeds.ts';

/** What the views behind the first one say: fetched once that is drawn. */
export const rest = {
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
