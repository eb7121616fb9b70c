import type { Page } from '@playwright/test';
import { randomFile } from './support/films.ts';
import { stopServiceWorkers } from './support/http.ts';
import { readMetrics } from './support/metrics-text.ts';
import { expect, test, type AppNode } from './support/nodes.ts';
import { startStockHost } from './support/stock.ts';

const LENGTH = 1_048_576 + 333;
const UNKNOWN = 'c'.repeat(40);

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: unknown;
}

/** One request of the page; the body as JSON where it is JSON, else its text. */
const ask = (page: Page, path: string, method = 'GET'): Promise<Answer> =>
  page.evaluate(
    async ([url, verb]) => {
      const response = await fetch(url, { method: verb });
      const type = response.headers.get('Content-Type') ?? '';
      const body = (await (type.includes('json') ? response.json() : response.text())) as unknown;
      return { status: response.status, type, body };
    },
    [path, method] as const,
  );

const refusal = (answer: Answer): readonly [number, unknown] => [
  answer.status,
  (answer.body as { readonly error?: { readonly code?: string } }).error?.code,
];

/** A seeder with one free file, and a viewer that has heard of nothing yet. */
const begin = async (openApp: (name: string) => Promise<AppNode>) => {
  const source = randomFile(LENGTH, 61);
  const seeder = await openApp('seeder');
  await seeder.shell.open('#/seed');
  await seeder.seed.choose(source.path);
  await seeder.seed.price(0);
  const { magnet, infoHash } = await seeder.seed.start();
  const viewer = await openApp('viewer');
  await viewer.shell.open();
  await viewer.page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  return { source, magnet, path: encodeURIComponent(magnet), infoHash, seeder, viewer };
};

test('every path answers: what it should, and bad input and unknown magnets with a code', async ({
  openApp,
}) => {
  const { source, path, infoHash, seeder, viewer } = await begin(openApp);
  const { page } = viewer;
  const name = 'random-61.bin';

  expect((await ask(page, '/api/ping')).body).toMatchObject({ pong: true });
  expect(await ask(page, '/api/torrents')).toMatchObject({ status: 200, body: [] });

  // Unknown to the library: only asking for it by its magnet may look for it.
  for (const unknown of [
    `/api/details/${UNKNOWN}`,
    `/api/detailsepisode/${UNKNOWN}/0`,
    `/stream/${UNKNOWN}/0`,
  ]) {
    expect(refusal(await ask(page, unknown)), unknown).toEqual([404, 'not-found']);
  }
  expect(refusal(await ask(page, `/api/deselect/${UNKNOWN}/0`, 'POST'))).toEqual([
    404,
    'not-found',
  ]);
  expect(refusal(await ask(page, `/api/remove/${UNKNOWN}`, 'DELETE'))).toEqual([404, 'not-found']);

  // Bad input.
  for (const [bad, method] of [
    ['metadata/nonsense', 'GET'],
    ['details/nonsense', 'GET'],
    ['detailsepisode/nonsense/0', 'GET'],
    ['add/nonsense', 'POST'],
    ['stream/nonsense', 'GET'],
    ['streamfile/nonsense/0', 'GET'],
    ['deselect/nonsense/0', 'POST'],
    ['remove/nonsense', 'DELETE'],
  ] as const) {
    expect(refusal(await ask(page, `/api/${bad}`, method)), bad).toEqual([400, 'bad-magnet']);
  }
  for (const nowhere of [
    '',
    'nothing',
    'metadata',
    `details/${infoHash}/0`,
    'ping/0',
    'add/%E0%A4',
  ]) {
    expect((await ask(page, `/api/${nowhere}`)).status, nowhere).toBeGreaterThanOrEqual(404);
  }
  expect((await ask(page, `/api/add/${infoHash}`)).status).toBe(405);
  expect((await ask(page, '/api/ping', 'POST')).status).toBe(405);
  expect((await ask(page, `/api/remove/${infoHash}`, 'POST')).status).toBe(405);

  // Success, in the order in which a client would ask.
  const metadata = await ask(page, `/api/metadata/${path}`);
  expect(metadata).toMatchObject({
    status: 200,
    body: { infoHash, name, length: LENGTH, files: [{ index: 0, name, length: LENGTH }] },
  });
  expect(await ask(page, `/api/metadata/${infoHash}`)).toEqual(metadata);
  expect(await ask(page, `/api/add/${path}`, 'POST')).toMatchObject({
    status: 200,
    body: { infoHash, held: 0 },
  });
  expect(await ask(page, `/api/details/${path}`)).toMatchObject({
    status: 200,
    body: { infoHash },
  });
  for (const file of ['0', name]) {
    expect(await ask(page, `/api/detailsepisode/${infoHash}/${file}`)).toMatchObject({
      status: 200,
      body: { index: 0, name, length: LENGTH, held: 0, progress: 0 },
    });
  }
  const missing = await ask(page, `/api/detailsepisode/${infoHash}/7`);
  expect(refusal(missing)).toEqual([404, 'not-found']);
  expect(refusal(await ask(page, `/api/streamfile/${infoHash}/7`))).toEqual([404, 'not-found']);
  expect(refusal(await ask(page, `/api/deselect/${infoHash}/7`, 'POST'))).toEqual([
    404,
    'not-found',
  ]);

  for (const streamed of [`/api/streamfile/${path}/0`, `/api/stream/${infoHash}`]) {
    const hash = await page.evaluate(async (url) => {
      const response = await fetch(url);
      const digest = await crypto.subtle.digest('SHA-256', await response.arrayBuffer());
      return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    }, streamed);
    expect(hash, streamed).toBe(source.sha256);
  }
  expect(await ask(page, `/api/deselect/${infoHash}/0`, 'POST')).toMatchObject({
    status: 200,
    body: { deselected: 0 },
  });

  expect(await ask(page, '/api/torrents')).toMatchObject({
    status: 200,
    body: [{ infoHash, name, held: LENGTH, progress: 1 }],
  });
  expect(await ask(page, '/api/payments')).toMatchObject({
    status: 200,
    body: { network: 'devnet', totals: { paidSat: 0 }, channels: [] },
  });
  expect(await ask(page, '/api/health')).toMatchObject({
    status: 200,
    body: { status: 'ok', profile: 'main', torrents: 1 },
  });
  await expect
    .poll(async () => (await ask(page, '/api/metrics')).body)
    .toMatch(/^rivulet_api_requests\{route="metadata",status="200"\} 2$/m);
  const metrics = await ask(page, '/api/metrics');
  expect(metrics.type).toContain('text/plain');
  const families = readMetrics(String(metrics.body));
  expect(families.get('rivulet_held_bytes')?.samples).toEqual([{ labels: {}, value: LENGTH }]);
  expect(families.get('rivulet_api_requests')?.type).toBe('counter');

  expect(await ask(page, `/api/remove/${infoHash}`, 'DELETE')).toMatchObject({
    status: 200,
    body: { removed: infoHash },
  });
  expect(await ask(page, '/api/torrents')).toMatchObject({ body: [] });
  expect(refusal(await ask(page, `/api/details/${infoHash}`))).toEqual([404, 'not-found']);

  // What a magnet holds is known for good: without a peer, a network, or what the worker remembers.
  await seeder.context.close();
  await viewer.context.setOffline(true);
  await stopServiceWorkers(page);
  expect(await ask(page, `/api/metadata/${path}`)).toEqual(metadata);
  await page.reload();
  await viewer.shell.ready();
  expect(await ask(page, `/api/metadata/${infoHash}`)).toEqual(metadata);
  expect(await ask(page, '/api/torrents')).toMatchObject({ body: [] });
  await viewer.context.setOffline(false);

  // A hundred who ask for one magnet that nobody has join its swarm once.
  const silent = 'd'.repeat(40);
  const joined = await page.evaluate(async (hash) => {
    const controller = new AbortController();
    const asked = Array.from({ length: 100 }, () =>
      fetch(`/api/metadata/${hash}`, { signal: controller.signal }).catch(() => null),
    );
    let list: readonly { readonly infoHash: string }[] = [];
    while (list.length === 0) {
      list = (await (await fetch('/api/torrents')).json()) as typeof list;
    }
    controller.abort();
    const answered = (await Promise.all(asked)).filter((response) => response !== null);
    return { hashes: list.map(({ infoHash: each }) => each), answered: answered.length };
  }, silent);
  // Nobody was answered: alone, forty of them would have been told to come back later.
  expect(joined).toEqual({ hashes: [silent], answered: 0 });
  expect((await ask(page, `/api/remove/${silent}`, 'DELETE')).status).toBe(200);
  source.remove();
});

test('a foreign page can neither read the API nor make it do anything', async ({
  openApp,
  origin,
}) => {
  const { source, path, infoHash, viewer } = await begin(openApp);
  expect((await ask(viewer.page, `/api/add/${path}`, 'POST')).status).toBe(200);
  const host = await startStockHost();
  const foreign = await viewer.context.newPage();
  await foreign.goto(host.origin);

  // It cannot read an answer, whatever the method and mode.
  for (const [api, method] of [
    ['ping', 'GET'],
    ['torrents', 'GET'],
    [`stream/${infoHash}`, 'GET'],
    [`add/${path}`, 'POST'],
    [`remove/${infoHash}`, 'DELETE'],
  ] as const) {
    const read = await foreign.evaluate(
      async ([url, verb]) => {
        try {
          return await (await fetch(url, { method: verb })).text();
        } catch {
          return null;
        }
      },
      [`${origin}/api/${api}`, method] as const,
    );
    expect(read, api).toBeNull();
  }

  // A link or a form of it leads to a refusal; nothing is joined, bought or removed.
  for (const refused of [
    `/api/stream/${infoHash}`,
    `/api/streamfile/${infoHash}/0`,
    `/api/metadata/${UNKNOWN}`,
    `/stream/${infoHash}/0`,
  ]) {
    await foreign.goto(host.origin);
    const [response] = await Promise.all([
      foreign.waitForNavigation(),
      foreign.evaluate((url) => location.assign(url), `${origin}${refused}`),
    ]);
    expect(response?.status(), refused).toBe(403);
  }
  await foreign.goto(host.origin);
  const [posted] = await Promise.all([
    foreign.waitForNavigation(),
    foreign.evaluate((url) => {
      const form = document.createElement('form');
      form.method = 'post';
      form.action = url;
      document.body.append(form);
      form.submit();
    }, `${origin}/api/deselect/${infoHash}/0`),
  ]);
  expect(posted?.status()).toBe(403);

  expect(await ask(viewer.page, '/api/torrents')).toMatchObject({
    body: [{ infoHash, held: 0, status: 'ready' }],
  });
  await host.stop();
  source.remove();
});

test('a magnet whose files nobody told is looked for again after a reload, until it is removed', async ({
  openApp,
}) => {
  const { page, shell } = await openApp('viewer');
  await shell.open();
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  const magnet = encodeURIComponent(`magnet:?xt=urn:btih:${UNKNOWN}&dn=Lost`);
  // Nobody has it: the answer would come after a minute.
  await page.evaluate((path) => void fetch(path, { method: 'POST' }), `/api/add/${magnet}`);
  const found = () => ask(page, `/api/details/${UNKNOWN}`);
  await expect.poll(async () => (await found()).status).toBe(200);
  await page.reload();
  await shell.ready();
  expect((await found()).body).toMatchObject({ name: 'Lost', status: 'metadata' });
  expect((await ask(page, `/api/remove/${UNKNOWN}`, 'DELETE')).status).toBe(200);
  await page.reload();
  await shell.ready();
  expect((await found()).status).toBe(404);
});
