/// <reference types="vite/client" />
/// <reference types="svelte" />
import { mountApp } from '../../src/app/mount.ts';
import { createPhaseHost } from '../../src/node/host.ts';
import { takeLease } from '../../src/node/lease.ts';
import { profileOf } from '../../src/node/profile.ts';
import { unwrap } from '../../src/shared/result.ts';
import { createServiceWorkerHost } from '../../src/stream/client-shell.ts';
import { openThreads } from '../../src/threads.ts';
import { createNodePage, type NodePage } from './node-page.ts';
import { watchHealth } from './page-health.ts';
import { tapPayments } from './payment-tap.ts';

/**
 * The whole app, views included, as src/main.ts starts it, with a handle for the benchmarks. What
 * runs is what ships: the handle only reads, and calls what the views call.
 */
const start = async (): Promise<NodePage> => {
  const url = new URL(location.href);
  const profile = profileOf(url);
  const log = url.searchParams.has('tap') ? tapPayments() : null;
  const serviceWorker = createServiceWorkerHost();
  const { ready } = serviceWorker;
  const host = createPhaseHost((listener) => serviceWorker.onUpdate(listener));
  const target = document.getElementById('app');
  if (target === null) throw new Error('The page has no place for the app.');
  mountApp(target, host);
  const boot = import('../../src/boot.ts');
  await takeLease(profile, navigator.locks, { onWait: () => undefined });
  const node = await (await boot).startNode(profile, openThreads(profile));
  host.set({ phase: 'ready', node });
  unwrap(await ready);
  window.queueDepth = () => node.payments.snapshot().engine.queued;
  return createNodePage(node, log);
};

watchHealth();
window.rivulet = start();
