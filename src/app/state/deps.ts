import type { Announcer } from './announcer.svelte.ts';
import type { Drawer } from './drawer.ts';

/** What the state classes need of the page. */
export interface AppDeps {
  readonly page: Window;
  readonly drawer: Drawer;
  readonly announcer: Announcer;
}
