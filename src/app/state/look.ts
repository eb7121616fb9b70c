import type { Drawer } from './drawer.ts';

/** What Home has to know to be drawn without a jump before the node tells it. */
export interface HomeLook {
  /** There were titles in the library. */
  readonly titles: boolean;
  /** The network had a faucet and a sample seller. */
  readonly canTry: boolean;
}

export interface Look {
  /** As it was last; on a first visit an empty library where everything can be tried. */
  readonly last: HomeLook;
  keep(look: HomeLook): void;
}

export const createLook = (drawer: Drawer): Look => {
  const { titles, canTry } = drawer.read('home') ?? {};
  return {
    last: { titles: titles === true, canTry: canTry !== false },
    keep: ({ titles: some, canTry: can }) => drawer.write('home', { titles: some, canTry: can }),
  };
};
