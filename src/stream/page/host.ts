import { Workbox } from 'workbox-window';
import type { Clock } from '../../shared/clock.ts';
import { done, fail, type Result } from '../../shared/result.ts';
import type { ClaimMessage } from '../messages.ts';

/** The registration of the service worker; every tab has one, whether it runs an engine or not. */
export interface ServiceWorkerHost {
  /** Resolves once requests of this page pass through the service worker. */
  readonly ready: Promise<Result<void>>;
  /** Told when a newer version waits (at once, if it does already); `accept` reloads into it. */
  onUpdate(listener: (accept: () => void) => void): () => void;
}

/** Longest wait for the first installation: it downloads the whole app. */
const CONTROL_TIMEOUT_MS = 30_000;
/** A tab that seeds for weeks should still learn of updates. */
const UPDATE_EVERY_MS = 60 * 60 * 1_000;

/** One classic script at the root, in a build and in development: its scope is the whole origin. */
const SCRIPT = '/sw.js';

/** Resolves once `container` has a controller; claims this page when a forced reload left it out. */
const controlled = (container: ServiceWorkerContainer, clock: Clock): Promise<Result<void>> =>
  new Promise((resolve) => {
    const check = (): void => {
      if (!container.controller) return;
      container.removeEventListener('controllerchange', check);
      stopTimeout();
      resolve(done);
    };
    const stopTimeout = clock.after(CONTROL_TIMEOUT_MS, () => {
      container.removeEventListener('controllerchange', check);
      resolve(fail('timeout', 'The service worker did not start. Reload the page to try again.'));
    });
    container.addEventListener('controllerchange', check);
    void container.ready.then(({ active }) => {
      const claim: ClaimMessage = { rivulet: 'claim' };
      if (!container.controller) active?.postMessage(claim);
    });
    check();
  });

/** Registers the service worker at once. */
export const createServiceWorkerHost = (clock: Clock): ServiceWorkerHost => {
  if (!('serviceWorker' in navigator)) {
    const message = 'This browser keeps service workers off here; streaming needs one.';
    return {
      ready: Promise.resolve(fail('unsupported', message)),
      onUpdate: () => () => undefined,
    };
  }
  const workbox = new Workbox(SCRIPT, { scope: '/' });
  const listeners = new Set<(accept: () => void) => void>();
  let accept: (() => void) | null = null;
  let accepted = false;
  let hadController = navigator.serviceWorker.controller !== null;

  const offer = (action: () => void): void => {
    accept = action;
    for (const listener of listeners) listener(action);
  };
  const reload = (): void => window.location.reload();

  workbox.addEventListener('waiting', () =>
    offer(() => {
      accepted = true;
      workbox.messageSkipWaiting();
    }),
  );
  workbox.addEventListener('controlling', ({ isUpdate, isExternal }) => {
    if (accepted) reload();
    // Accepted in another tab: this one still runs the old version and may be playing. A page that had
    // none came from the network, however it was reloaded while the first one was being installed.
    else if (hadController && (isUpdate === true || isExternal === true)) offer(reload);
    hadController = true;
  });

  const checkForUpdates = (): void => {
    clock.after(UPDATE_EVERY_MS, () => {
      workbox.update().catch(() => undefined);
      checkForUpdates();
    });
  };

  const register = async (): Promise<Result<void>> => {
    try {
      await workbox.register({ immediate: true });
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      return fail('unsupported', `The service worker could not be registered: ${reason}`);
    }
    checkForUpdates();
    return controlled(navigator.serviceWorker, clock);
  };

  return {
    ready: register(),
    onUpdate(listener) {
      listeners.add(listener);
      if (accept) listener(accept);
      return () => listeners.delete(listener);
    },
  };
};
