import { createContext } from 'svelte';
import type { Router } from '../router/router.svelte.ts';
import type { Announcer } from './announcer.svelte.ts';
import type { NodeState } from './node.svelte.ts';
import type { Preferences } from './preferences.svelte.ts';

/** What every view may reach, without handing it down through each component. */
export interface AppContext {
  readonly router: Router;
  readonly announcer: Announcer;
  readonly preferences: Preferences;
}

export const [useApp, provideApp] = createContext<AppContext>();
/** Only below a ready node. */
export const [useNode, provideNode] = createContext<NodeState>();
