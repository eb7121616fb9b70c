import { systemClock } from '../shared/clock.ts';
import { createServiceWorkerHost as createHost, type ServiceWorkerHost } from './page/host.ts';

/**
 * Registers the service worker at once; for every tab, before or without an engine. Apart from the
 * rest of the page's side, which comes with the engine.
 */
export const createServiceWorkerHost = (): ServiceWorkerHost => createHost(systemClock);
