import type { CDPSession } from '@playwright/test';
import { expectValue } from './pages/figure.ts';
import { expect, test } from './support/durable-nodes.ts';
import { request } from './support/http.ts';
import { makeHuge, seedHuge } from './support/huge-torrent.ts';
import { StockPage, startStockHost } from './support/stock.ts';

const KIB = 1_024;
const GIB = 1_024 ** 3;
const RANGE = 70_000;

/** Bytes on the heap of the page's thread after everything that can go is gone. */
const heapOf = async (session: CDPSession): Promise<number> => {
  await session.send('HeapProfiler.collectGarbage');
  return (await session.send('Runtime.getHeapUsage')).usedSize;
};

for (const { words, pieceLength, most } of [
  { words: '131,073 pieces of 512 KiB', pieceLength: 512 * KIB, most: 64 },
  { words: '4,097 pieces of 16 MiB', pieceLength: 16_384 * KIB, most: 64 },
] as const) {
  test(`64 GiB in ${words}: both ends play, and memory stays small`, async ({
    browser,
    net,
    openDurable,
  }) => {
    const huge = makeHuge({
      name: 'huge.bin',
      length: 64 * GIB + 12_345,
      pieceLength,
      tracker: net.urls.tracker,
    });
    const host = await startStockHost();
    const context = await browser.newContext();
    const stock = new StockPage(await context.newPage());
    await stock.open(host);
    await seedHuge(stock.page, host, huge);

    // In a private window the file system is in memory, gaps and all.
    const viewer = await openDurable('viewer');
    await viewer.shell.open();
    const { page } = viewer;
    const session = await page.context().newCDPSession(page);
    const before = await heapOf(session);
    await page.locator('input[type=file][accept*=torrent]').setInputFiles({
      name: 'huge.torrent',
      mimeType: 'application/x-bittorrent',
      buffer: huge.torrent,
    });
    await viewer.watch.listed();
    await viewer.watch.start();
    await expectValue(viewer.watch.heldBytes, 'it arrives', (held) => held > 0);
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    const starts = [0, huge.length - RANGE, Math.floor(huge.length / 2)];
    const answers = await request(
      page,
      `/stream/${huge.infoHash}/0`,
      starts.map((start) => ({ headers: { Range: `bytes=${start}-${start + RANGE - 1}` } })),
    );
    expect(answers.map(({ status, sha256 }) => ({ status, sha256 }))).toEqual(
      starts.map((start) => ({ status: 206, sha256: huge.sha256(start, start + RANGE) })),
    );
    await viewer.watch.stopPaying();
    const growth = ((await heapOf(session)) - before) / 1_048_576;
    console.log(`${words}: the page's heap grew by ${growth.toFixed(1)} MiB`);
    expect(growth).toBeLessThan(most);
    await context.close();
    await host.stop();
  });
}
