import { mountApp } from './app/mount.ts';
import { firstPaint } from './node/first-paint.ts';
import { openHandover } from './node/handover.ts';
import { createPhaseHost, type PhaseHost } from './node/host.ts';
import { takeLease } from './node/lease.ts';
import { profileOf, SELLER_PARAMETER } from './node/profile.ts';
import { systemClock } from './shared/clock.ts';
import { failureOf } from './shared/result.ts';
import { nextTurn } from './shared/turn.ts';
import { openThreads } from './threads.ts';

/** Entry of the page: draws the first view at once, then opens the node of this profile behind it. */

/** Runs the node whenever it is this tab's turn, until another tab asks for it. */
const runNode = async (profile: string, host: PhaseHost, painted: Promise<void>): Promise<void> => {
  const boot = painted.then(() => import('./boot.ts'));
  const { ask, asked } = openHandover(profile);
  const wait = (): void => host.set({ phase: 'elsewhere', takeOver: ask });
  try {
    for (;;) {
      const lease = await takeLease(profile, navigator.locks, { onWait: wait, asked });
      const wanted = asked();
      host.set({ phase: 'starting' });
      try {
        await painted;
        // Their code is on its way beside that of the engine.
        const threads = openThreads(profile);
        const node = await boot
          .then(async ({ startNode }) => {
            // The code was run in this turn.
            await nextTurn();
            return startNode(profile, threads);
          })
          .catch((thrown: unknown) => {
            threads.end();
            throw thrown;
          });
        await nextTurn();
        host.set({ phase: 'ready', node });
        await wanted;
        wait();
        await node.stop();
      } finally {
        lease.release();
      }
    }
  } catch (thrown) {
    host.set({ phase: 'failed', message: failureOf(thrown).message });
  }
};

const url = new URL(location.href);
const profile = profileOf(url);
if (url.searchParams.has(SELLER_PARAMETER)) {
  void import('./boot.ts').then(({ sellSample }) => sellSample(profile));
} else {
  const painted = firstPaint(window, systemClock);
  // A first visit downloads the whole app for later: what is seen now goes first.
  const serviceWorker = painted
    .then(() => import('./stream/client-shell.ts'))
    .then(({ createServiceWorkerHost }) => createServiceWorkerHost());
  const host = createPhaseHost((listener) => {
    serviceWorker.then(
      ({ onUpdate }) => onUpdate(listener),
      (error: unknown) => console.warn('service worker:', error),
    );
  });
  const target = document.getElementById('app');
  if (target === null) throw new Error('The page has no place for the app.');
  // The node goes first: what is fetched ahead is not waited for yet.
  void runNode(profile, host, painted);
  mountApp(target, host, painted);
}
