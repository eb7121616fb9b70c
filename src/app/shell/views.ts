import type { Component } from 'svelte';
import type { Route } from '../router/route.ts';

/** Every view is a chunk of its own, so that the shell is drawn before any of them is here. */
interface ViewModule {
  readonly default: Component;
}

const VIEWS: Readonly<Record<Route['view'], () => Promise<ViewModule>>> = {
  home: () => import('../views/Home.svelte'),
  watch: () => import('../views/Watch.svelte'),
  link: () => import('../views/Link.svelte'),
  seed: () => import('../views/Seed.svelte'),
  payments: () => import('../views/Payments.svelte'),
  wallet: () => import('../views/Wallet.svelte'),
  unknown: () => import('../views/Unknown.svelte'),
};

export const loadView = (view: Route['view']): Promise<ViewModule> => VIEWS[view]();

/** How long the page has to be quiet before the other views are fetched. */
const QUIET_MS = 3000;

/** Fetches the remaining views when the page is idle, so that a change of view is immediate. */
export const loadOthersLater = (page: Window): (() => void) => {
  const load = (): void => {
    for (const view of Object.values(VIEWS)) {
      // A view that cannot be fetched now is asked for again when it is needed.
      view().catch(() => undefined);
    }
  };
  const timer = page.setTimeout(() => {
    if ('requestIdleCallback' in page) page.requestIdleCallback(load);
    else load();
  }, QUIET_MS);
  return () => {
    page.clearTimeout(timer);
  };
};
