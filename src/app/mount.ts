import { mount } from 'svelte';
import type { NodeHost } from '../shared/ports/node.ts';
import App from './App.svelte';
import { openedWith } from './opened.ts';
import { Router } from './router/router.svelte.ts';
import { fetchAhead } from './shell/views.ts';
import { Announcer } from './state/announcer.svelte.ts';
import { createDrawer, profileName } from './state/drawer.ts';
import { HostState } from './state/host.svelte.ts';
import { Preferences } from './state/preferences.svelte.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';

/**
 * Draws the app into `target` at once; the node behind `host` may become ready later. Other views
 * than Home are fetched when they are first shown, or after `painted`, when Home is on screen.
 */
export const mountApp = (
  target: HTMLElement,
  host: NodeHost,
  painted: Promise<void> = Promise.resolve(),
): void => {
  const page = window;
  const profile = profileName(new URL(page.location.href));
  const drawer = createDrawer(() => page.localStorage, profile);
  const preferences = new Preferences(page, drawer);
  const announcer = new Announcer();
  const router = new Router(page);
  openedWith(page, router);
  const state = new HostState(host, { page, drawer, announcer });
  preferences.prepare(() => {
    mount(App, { target, props: { state, router, preferences, announcer } });
  });
  void painted.then(() => fetchAhead(() => state.ready()));
};
