import { satPerMiB } from '../../shared/units.ts';
import type { Intent } from '../library.ts';

/** A title that is served from files of its owner. */
export const ownTitle: Intent = {
  addedAt: 5,
  sellPrice: satPerMiB(64),
  wanted: null,
  own: true,
  paused: false,
  removed: false,
  priorities: new Map(),
};
