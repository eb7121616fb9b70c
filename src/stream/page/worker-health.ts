import type { ServiceWorkerHealth } from '../../shared/ports/health.ts';
import { fail, failureOf, ok, type Result } from '../../shared/result.ts';

/** What is used of `navigator.serviceWorker`. */
type Container = Pick<ServiceWorkerContainer, 'controller' | 'getRegistration'>;

/** `container`: null where the browser has no service workers. */
export const serviceWorkerHealth = async (
  container: Container | null,
): Promise<ServiceWorkerHealth> => {
  if (container === null) return { state: 'unsupported', controls: false, waiting: false };
  const { controller } = container;
  const registration = await container.getRegistration().catch(() => undefined);
  const worker = controller ?? registration?.active ?? registration?.installing ?? null;
  return {
    state: worker?.state ?? 'none',
    controls: controller !== null,
    waiting: (registration?.waiting ?? null) !== null,
  };
};

const PING_URL = '/api/ping';

/** Asks the service worker through a real request. Only it knows this path; a host answers otherwise. */
export const pingServiceWorker = async (
  fetch: typeof globalThis.fetch,
  signal: AbortSignal,
): Promise<Result<null>> => {
  try {
    const response = await fetch(PING_URL, { cache: 'no-store', signal });
    const body: unknown = response.ok ? await response.json() : null;
    const pong = typeof body === 'object' && body !== null && 'pong' in body && body.pong === true;
    return pong
      ? ok(null)
      : fail('not-ready', 'The service worker does not answer for this page. Reload it.');
  } catch (thrown) {
    return { ok: false, error: failureOf(thrown, 'network') };
  }
};
