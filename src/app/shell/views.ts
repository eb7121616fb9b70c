import type { Component } from 'svelte';
import { localisation } from '../i18n/i18n.svelte.ts';
import type { Route } from '../router/route.ts';

/** Routes whose views need a running node. Home does not: it is drawn first, with the shell. */
export type NodeRoute = Exclude<Route, { readonly view: 'home' }>;

/** Each of these views is a chunk of its own, so that the shell is drawn before any of them is here. */
interface ViewModule {
  readonly default: Component;
}

const VIEWS: Readonly<Record<NodeRoute['view'], () => Promise<ViewModule>>> = {
  watch: () => import('../views/Watch.svelte'),
  link: () => import('../views/Link.svelte'),
  seed: () => import('../views/Seed.svelte'),
  payments: () => import('../views/Payments.svelte'),
  wallet: () => import('../views/Wallet.svelte'),
  settings: () => import('../views/Settings.svelte'),
  health: () => import('../views/Health.svelte'),
  unknown: () => import('../views/Unknown.svelte'),
};

/** The view and its words. @throws when they cannot be fetched. */
export const loadView = async (view: NodeRoute['view']): Promise<ViewModule> => {
  const [module] = await Promise.all([VIEWS[view](), localisation.whole()]);
  return module;
};

/** What Home shows of a running node. @throws when it cannot be fetched. */
export const loadTitles = async () => {
  const [module] = await Promise.all([import('../home/Titles.svelte'), localisation.whole()]);
  return module;
};

/**
 * Fetches what is shown next, so that nobody waits for it: the library for a node that comes, then,
 * once it is `ready`, what a title opens.
 */
export const fetchAhead = async (ready: () => Promise<unknown>): Promise<void> => {
  try {
    await loadTitles();
    await ready();
    await Promise.all([loadView('watch'), loadView('link')]);
  } catch {
    // Asked for again, and missed aloud, when it is shown.
  }
};
