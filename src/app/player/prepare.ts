import { wakeSound } from './sound.ts';

/** Somebody is about to watch something: what a player needs comes meanwhile, not after the click. */
export const preparePlayer = (): void => {
  wakeSound(window);
  void import('./Player.svelte').catch(() => undefined);
};
