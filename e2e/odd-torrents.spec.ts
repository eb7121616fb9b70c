import { createHash } from 'node:crypto';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { expect, test, type AppNode, type Devnet } from './support/nodes.ts';
import { makeTorrent, seedOdd, type OddFile, type OddTorrent } from './support/odd-torrent.ts';
import { StockPage, startStockHost, type StockHost } from './support/stock.ts';

const KIB = 1_024;
const MIB = 1_024 * KIB;

/** Bytes that differ from place to place and file to file. */
const bytes = (length: number, seed: number): Buffer => {
  const data = Buffer.alloc(length);
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  for (let at = 0; at < length; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    data[at] = state >>> 24;
  }
  return data;
};

const sha256 = (data: Buffer): string => createHash('sha256').update(data).digest('hex');

interface Listed {
  readonly index: number;
  readonly name: string;
  readonly path: string;
  readonly length: number;
}

/** The stranger who seeds it all. */
const openStranger = async (
  browser: Browser,
  odd: OddTorrent,
): Promise<{ host: StockHost; context: BrowserContext }> => {
  const host = await startStockHost();
  const context = await browser.newContext();
  const stock = new StockPage(await context.newPage());
  await stock.open(host);
  await seedOdd(stock.page, host, odd);
  return { host, context };
};

/** Adds the `.torrent`, downloads everything, and gives the files as the app lists them. */
const download = async (viewer: AppNode, odd: OddTorrent): Promise<readonly Listed[]> => {
  await viewer.shell.open();
  await viewer.page.locator('input[type=file][accept*=torrent]').setInputFiles({
    name: 'odd.torrent',
    mimeType: 'application/x-bittorrent',
    buffer: odd.torrent,
  });
  await viewer.watch.listed();
  await viewer.watch.start();
  await viewer.watch.complete(odd.payload.length);
  await viewer.page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  return viewer.page.evaluate(async (hash) => {
    const details = (await (await fetch(`/api/details/${hash}`)).json()) as { files: Listed[] };
    return details.files;
  }, odd.infoHash);
};

/** SHA-256 of each of these files as the service worker serves them. */
const hashFiles = (page: Page, infoHash: string, indexes: readonly number[]): Promise<string[]> =>
  page.evaluate(
    ([hash, files]) =>
      Promise.all(
        files.map(async (file) => {
          const response = await fetch(`/stream/${hash}/${file}`);
          if (response.status !== 200) throw new Error(`${file}: ${response.status}`);
          const digest = await crypto.subtle.digest('SHA-256', await response.arrayBuffer());
          const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0'));
          return hex.join('');
        }),
      ),
    [infoHash, indexes] as const,
  );

interface Shared {
  readonly browser: Browser;
  readonly net: Devnet;
  readonly openApp: (name: string) => Promise<AppNode>;
}

/** Downloads a torrent of these files and compares every one of them with its source. */
const roundTrip = async (
  { browser, net, openApp }: Shared,
  name: string,
  files: readonly OddFile[],
  pieceLength: number,
) => {
  const odd = makeTorrent(name, files, pieceLength, net.urls.tracker);
  const { host, context } = await openStranger(browser, odd);
  const viewer = await openApp('viewer');
  const listed = await download(viewer, odd);
  expect(listed.map(({ length }) => length)).toEqual(files.map(({ content }) => content.length));
  const served = await hashFiles(
    viewer.page,
    odd.infoHash,
    listed.map(({ index }) => index),
  );
  expect(served).toEqual(files.map(({ content }) => sha256(content)));
  return {
    viewer,
    odd,
    listed,
    end: async (): Promise<void> => {
      await context.close();
      await host.stop();
    },
  };
};

const PAGE = `<!doctype html><title>page</title><script>
  localStorage.setItem('owned', 'page'); document.title = 'owned';
</script>`;
const DRAWING = `<svg xmlns="http://www.w3.org/2000/svg" onload="localStorage.setItem('owned', 'svg')">
  <script>localStorage.setItem('owned', 'svg')</script></svg>`;

const XHTML = `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title>
  <script>localStorage.setItem('owned', 'xml')</script></head></html>`;
/** A document whose own script the viewer of the browser may run, away from every origin. */
const BOOK = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert\\('owned'\\))>>>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj
trailer<</Root 1 0 R>>`;

/**
 * Files that would like to run: what they are served as, and whether a tab shows them. The others a
 * browser saves.
 */
const EAGER: readonly {
  readonly name: string;
  readonly content: string;
  readonly type: string;
  readonly sandbox: boolean;
  readonly shown: boolean;
}[] = [
  { name: 'page.html', content: PAGE, type: 'text/html', sandbox: true, shown: true },
  { name: 'PAGE.HTM', content: PAGE, type: 'text/html', sandbox: true, shown: true },
  { name: 'drawing.svg', content: DRAWING, type: 'image/svg+xml', sandbox: true, shown: true },
  { name: 'x.xhtml', content: XHTML, type: 'application/xhtml+xml', sandbox: true, shown: true },
  { name: 'x.xml', content: XHTML, type: 'application/xml', sandbox: true, shown: true },
  { name: 'words.txt', content: PAGE, type: 'text/plain', sandbox: false, shown: true },
  { name: 'data.json', content: PAGE, type: 'application/json', sandbox: false, shown: true },
  { name: 'film.mp4', content: PAGE, type: 'video/mp4', sandbox: false, shown: false },
  {
    name: 'no suffix',
    content: PAGE,
    type: 'application/octet-stream',
    sandbox: false,
    shown: false,
  },
  { name: 'run.js', content: PAGE, type: 'application/octet-stream', sandbox: false, shown: false },
  { name: 'book.pdf', content: BOOK, type: 'application/pdf', sandbox: false, shown: false },
  { name: 'book', content: BOOK, type: 'application/pdf', sandbox: false, shown: false },
];

/** Names as they come from strangers. */
const NAMES: readonly (readonly string[])[] = [
  ['..', '..', 'etc', 'passwd'],
  ['.'],
  ['a/b\\c.txt'],
  ['C:\\Windows', 'con'],
  ['__proto__'],
  ['constructor', 'toString'],
  ['Привет 世界 🎬.mp4'],
  ['\u202Egpj.exe'],
  ['line\nbreak\u0000.txt'],
  ['quote".txt; filename="x.exe'],
  ['n'.repeat(300)],
  [' '],
  ['%2e%2e%2f.txt'],
];

test('names that lie, climb or break lines are shown clean, and every file keeps its bytes', async ({
  browser,
  net,
  openApp,
}) => {
  const named = NAMES.map((path, at) => ({ path, content: bytes(3_000 + at * 777, at) }));
  const files: OddFile[] = [
    { path: ['empty.bin'], content: Buffer.alloc(0) },
    ...named,
    { path: ['one.bin'], content: bytes(1, 99) },
    ...EAGER.map(({ name, content }) => ({ path: [name], content: Buffer.from(content) })),
    { path: ['last-empty.bin'], content: Buffer.alloc(0) },
  ];
  const { viewer, odd, listed, end } = await roundTrip(
    { browser, net, openApp },
    '../..\\evil/\u202Ename',
    files,
    16 * KIB,
  );
  const { page } = viewer;
  for (const { path, name } of listed) {
    expect(path).not.toMatch(/[\\\p{Cc}\p{Cf}]/u);
    expect(path.split('/')).not.toContain('..');
    expect(path.split('/')).not.toContain('.');
    expect(path.split('/')).not.toContain('');
    expect(name.length).toBeLessThanOrEqual(255);
  }
  await expect(page.getByTestId('file-row')).toHaveCount(files.length);

  // A file says what it is called without breaking out of its header, also when saved.
  const headers = await page.evaluate(
    ([hash, count]) =>
      Promise.all(
        Array.from({ length: count }, async (_, file) => {
          const response = await fetch(`/stream/${hash}/${file}?download`, { method: 'HEAD' });
          return {
            disposition: response.headers.get('Content-Disposition') ?? '',
            type: response.headers.get('Content-Type') ?? '',
            sniff: response.headers.get('X-Content-Type-Options'),
            policy: response.headers.get('Content-Security-Policy') ?? '',
          };
        }),
      ),
    [odd.infoHash, files.length] as const,
  );
  for (const { disposition, sniff, policy } of headers) {
    expect(disposition).toMatch(/^attachment; filename="[^"\\/]*"; filename\*=UTF-8''[^ "/\\]*$/);
    expect(sniff).toBe('nosniff');
    expect(policy).toContain("frame-ancestors 'self'");
  }

  // Pages and drawings open as a picture of themselves: nothing in them runs, least of all as us.
  for (const { name: eager, type, sandbox, shown } of EAGER) {
    const file = listed.find(({ name }) => name === eager)?.index ?? -1;
    const url = `/stream/${odd.infoHash}/${file}`;
    expect(headers[file]?.type.split(';')[0], eager).toBe(type);
    expect(headers[file]?.policy.startsWith('sandbox;'), eager).toBe(sandbox);
    if (!shown) continue;
    const [popup] = await Promise.all([
      page.waitForEvent('popup'),
      page.evaluate((address) => void window.open(address), url),
    ]);
    await popup.waitForLoadState('load');
    await page.evaluate(
      (address) =>
        new Promise<void>((loaded) => {
          const frame = document.createElement('iframe');
          frame.onload = () => loaded();
          frame.src = address;
          document.body.append(frame);
        }),
      url,
    );
    expect(await page.evaluate(() => localStorage.getItem('owned')), eager).toBeNull();
    await popup.close();
  }
  // As a script of one of our own pages they are refused as well.
  for (const { name: eager } of EAGER) {
    const file = listed.find(({ name }) => name === eager)?.index ?? -1;
    const outcome = await page.evaluate(
      (address) =>
        new Promise<string>((settled) => {
          const script = document.createElement('script');
          script.onload = () => settled('ran');
          script.onerror = () => settled('refused');
          script.src = address;
          document.head.append(script);
        }),
      `/stream/${odd.infoHash}/${file}`,
    );
    expect(outcome, eager).toBe('refused');
  }
  await end();
});

test('a thousand files, many of them empty, are each what they should be', async ({
  browser,
  net,
  openApp,
}) => {
  const files = Array.from({ length: 1_000 }, (_, at) => ({
    path: [`part ${at % 10}`, `${at}.bin`],
    content: bytes((at * 37) % 400, at),
  }));
  const { end, viewer } = await roundTrip({ browser, net, openApp }, 'many', files, 16 * KIB);
  // They are still there after a restart, without a peer.
  await end();
  await viewer.page.reload();
  await viewer.shell.ready();
  await viewer.watch.complete(files.reduce((sum, { content }) => sum + content.length, 0));
});

for (const [words, pieceLength, length] of [
  ['16 KiB', 16 * KIB, 40 * KIB + 1],
  ['1 MiB', MIB, 2 * MIB + 5],
  ['16 MiB', 16 * MIB, 17 * MIB + 123],
] as const) {
  test(`pieces of ${words} with a short one at the end`, async ({ browser, net, openApp }) => {
    const files = [
      { path: ['first.bin'], content: bytes(length - 1_000, 5) },
      { path: ['second.bin'], content: bytes(1_000, 6) },
    ];
    const { end } = await roundTrip({ browser, net, openApp }, words, files, pieceLength);
    await end();
  });
}
