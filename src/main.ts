import { mountApp } from './app/mount.ts';
import { createPhaseHost, type PhaseHost } from './node/host.ts';
import { takeLease } from './node/lease.ts';
import { profileOf } from './node/profile.ts';
import { SELLER_PARAMETER } from './node/trial.ts';
import { failureOf } from './shared/result.ts';
import { createServiceWorkerHost } from './stream/client.ts';

/** Entry of the page: draws the shell at once, then opens the node of this profile behind it. */

const runNode = async (profile: string, host: PhaseHost): Promise<void> => {
  try {
    const boot = import('./boot.ts');
    await takeLease(profile, navigator.locks, () => host.set({ phase: 'elsewhere' }));
    host.set({ phase: 'starting' });
    const { startNode } = await boot;
    host.set({ phase: 'ready', node: await startNode(profile) });
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
