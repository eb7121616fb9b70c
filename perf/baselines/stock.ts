import type { Seeded, Transfer } from '../pages/node-page.ts';
import { watchHealth } from '../pages/page-health.ts';
import { readRanges, readWhole, type RangeRead } from '../pages/reading.ts';
import { watchTasks, type TaskLog } from '../pages/task-watch.ts';
import { loadStock, type StockFile, type StockTorrent } from './library.ts';

/** What a benchmark can do with a page that runs an unmodified WebTorrent. */
export interface StockPage {
  seed(tracker: string): Promise<Seeded>;
  /** The whole torrent, by the library's defaults. */
  download(magnet: string): Promise<Transfer>;
  /** Reads the first file of what is held through the library's own service worker. */
  readWhole(): Promise<number>;
  readRanges(count: number, length: number): Promise<readonly RangeRead[]>;
  /** Makes the Watch button play this magnet; resolves at the first frame: ms from the click. */
  watchOnClick(magnet: string): Promise<number>;
  tasks(from: number, to: number): TaskLog;
}

declare global {
  interface Window {
    baseline: Promise<StockPage>;
    /** Of the last {@link StockPage.watchOnClick}. */
    watched?: Promise<number>;
  }
}

/** STUN servers of the internet would only slow the connection down here, for both sides. */
const OPTIONS = { tracker: { rtcConfig: { iceServers: [] } } };

const activeWorker = async (): Promise<ServiceWorkerRegistration> => {
  const worker = navigator.serviceWorker;
  const controlled = new Promise<void>((resolve) => {
    if (worker.controller !== null) resolve();
    worker.addEventListener('controllerchange', () => resolve(), { once: true });
  });
  await worker.register('/sw.min.js', { scope: '/' });
  await controlled;
  return worker.ready;
};

const frameOf = (video: HTMLVideoElement): Promise<number> =>
  new Promise((resolve) => {
    video.requestVideoFrameCallback(() => resolve(performance.now()));
  });

const start = async (): Promise<StockPage> => {
  const WebTorrent = await loadStock();
  const controller = await activeWorker();
  const client = new WebTorrent(OPTIONS);
  client.createServer({ controller });
  let held: StockTorrent | null = null;

  const firstFile = (): StockFile => {
    const [file] = held?.files ?? [];
    if (file === undefined) throw new Error('Nothing was downloaded.');
    return file;
  };

  return {
    tasks: watchTasks(),
    seed: (tracker) =>
      new Promise((resolve) => {
        const input = document.querySelector<HTMLInputElement>('#files');
        client.seed([...(input?.files ?? [])], { announce: [tracker] }, (torrent) => {
          const { infoHash, magnetURI: magnet, length } = torrent;
          resolve({ infoHash, magnet, length });
        });
      }),
    download: (magnet) =>
      new Promise((resolve) => {
        const startedAt = performance.now();
        let firstBlockAt = 0;
        const curve: [number, number][] = [];
        // As often as our own views look.
        const sampling = setInterval(() => {
          curve.push([performance.now() - startedAt, torrent.downloaded]);
        }, 250);
        const torrent = client.add(magnet, {}, () => undefined);
        held = torrent;
        torrent.on('wire', (wire) => {
          wire.once('piece', () => {
            firstBlockAt ||= performance.now();
          });
        });
        torrent.once('done', () => {
          const completeAt = performance.now();
          clearInterval(sampling);
          resolve({
            bytes: torrent.length,
            startedAt,
            firstBlockAt,
            completeAt,
            origin: performance.timeOrigin,
            curve,
          });
        });
      }),
    readWhole: () => readWhole(firstFile().streamURL),
    readRanges: (count, length) =>
      readRanges(firstFile().streamURL, firstFile().length, count, length),
    watchOnClick: (magnet) =>
      new Promise((resolve) => {
        const video = document.querySelector<HTMLVideoElement>('#video');
        const button = document.querySelector<HTMLButtonElement>('#watch');
        if (video === null || button === null) throw new Error('The page is incomplete.');
        button.onclick = () => {
          const clickedAt = performance.now();
          void frameOf(video).then((shownAt) => resolve(shownAt - clickedAt));
          held = client.add(magnet, {}, (torrent) => {
            torrent.files[0]?.streamTo(video);
          });
        };
      }),
  };
};

watchHealth();
window.baseline = start();
