import { mountApp } from './app/mount.ts';
import { openHandover } from './node/handover.ts';
import { createPhaseHost, type PhaseHost } from './node/host.ts';
import { takeLease } from './node/lease.ts';
import { profileOf } from './node/profile.ts';
import { SELLER_PARAMETER } from './node/trial.ts';
import { failureOf } from './shared/result.ts';
import { createServiceWorkerHost } from './stream/client.ts';

/** Entry of the page: draws the shell at once, then opens the node of this profile behind it. */

/** Runs the node whenever it is this tab's turn, until another tab asks for it. */
const runNode = async (profile: string, host: PhaseHost): Promise<void> => {
  const boot = import('./boot.ts');
  const { ask, asked } = openHandover(profile);
  const wait = (): void => host.set({ phase: 'elsewhere', takeOver: ask });
  try {
    for (;;) {
      const lease = await takeLease(profile, navigator.locks, wait);
      const wanted = asked();
      host.set({ phase: 'starting' });
      try {
        const { startNode } = await boot;
        const node = await startNode(profile);
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
  const serviceWorker = createServiceWorkerHost();
  const host = createPhaseHost(serviceWorker.onUpdate);
  const target = document.getElementById('app');
  if (target === null) throw new Error('The page has no place for the app.');
  mountApp(target, host);
  void runNode(profile, host);
}
