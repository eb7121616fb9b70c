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
  settings: () => import('../views/Settings.svelte'),
  health: () => import('../views/Health.svelte'),
  unknown: () => import('../views/Unknown.svelte'),
};

export const loadView = (view: Route['view']): Promise<ViewModule> => VIEWS[view]();
