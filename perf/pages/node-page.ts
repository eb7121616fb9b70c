import type {
  AuditReport,
  BatchMode,
  PaymentsSnapshot,
  SettleReport,
} from '../../src/shared/ports/payments.ts';
import type { RivuletNode } from '../../src/shared/ports/node.ts';
import { unwrap } from '../../src/shared/result.ts';
import { infoHash as asInfoHash, satoshi, satPerMiB } from '../../src/shared/units.ts';
import { metadataLoad, pingLoad } from './api-load.ts';
import { gatherAudience, type AudienceReport } from './audience.ts';
import { readRows, type PaidRow } from './ledger-rows.ts';
import type { PaymentLog } from './payment-tap.ts';
import { readRanges, readWhole, type RangeRead } from './reading.ts';
import { appearing, prepareFirstFrame, type FirstFrame } from './first-frame.ts';
import { watchTasks, type TaskLog } from './task-watch.ts';
import { markOf } from './timeline.ts';
import type { Asked, Stretch } from './users.ts';

/** Length of what {@link NodePage.seedMany} seeds. */
const SMALL = 32_768;

/** A download, in ms of its page: told to start, first block there, last piece verified and stored. */
export interface Transfer {
  readonly bytes: number;
  readonly startedAt: number;
  readonly firstBlockAt: number;
  readonly completeAt: number;
  /** What to add to get ms since the epoch: times of two pages are compared by it. */
  readonly origin: number;
  /** Bytes held over time, sampled as the views are: ms since the start. */
  readonly curve: readonly (readonly [ms: number, bytes: number])[];
}

/** A download and the processor time that both browsers together took for it, in seconds. */
export interface CostedTransfer extends Transfer {
  readonly processorSeconds: number;
}

export interface Seeded {
  readonly infoHash: string;
  readonly magnet: string;
  readonly length: number;
}

/** What a benchmark can do with a node: what a person can do, and look at the clock. */
export interface NodePage {
  readonly node: RivuletNode;
  /** Seeds the files that were chosen in the page's own file input. */
  seed(price: number): Promise<Seeded>;
  /** Joins and waits for the file list. */
  add(magnet: string): Promise<string>;
  /** Opens the Watch view of a title. */
  show(infoHash: string): void;
  /** Waits until a seller has told its price: then the first block can be asked for at once. */
  offered(infoHash: string): Promise<void>;
  download(infoHash: string): Promise<Transfer>;
  /** The same, while the first file is read as a player does: from when it is bought, as the views do it. */
  stream(infoHash: string): Promise<Transfer>;
  /** Payload bytes that came for it, blocks that came twice included. */
  received(infoHash: string): number;
  /** Test coins, in the wallet; what it can spend then. */
  coins(sat: number): Promise<number>;
  /** Resolves with the time at which so much was paid, or earned, and written down. */
  paid(sat: number): Promise<number>;
  earned(sat: number): Promise<number>;
  snapshot(): PaymentsSnapshot;
  settle(): Promise<SettleReport>;
  /** How payments are batched from now on. */
  mode(mode: BatchMode): Promise<void>;
  audit(): Promise<AuditReport>;
  /** Every paid block in the ledger. */
  rows(): Promise<readonly PaidRow[]>;
  tasks(from: number, to: number): TaskLog;
  /** What was listened in on; only with the query `?tap`. */
  log(): PaymentLog;
  /** Reads the first file as the player does; see reading.ts. */
  readWhole(infoHash: string): Promise<number>;
  readRanges(infoHash: string, count: number, length: number): Promise<readonly RangeRead[]>;
  /** Types this magnet into the home view: the next click on Add is what is timed. */
  prepareWatch(magnet: string): Promise<void>;
  /** Makes `count` small torrents and seeds them, free; their magnets. */
  seedMany(count: number): Promise<readonly string[]>;
  pingLoad(stretches: readonly Stretch[]): Promise<readonly Asked[]>;
  metadataLoad(
    stretches: readonly Stretch[],
    magnets: readonly string[],
  ): Promise<readonly Asked[]>;
  audience(infoHash: string, stretches: readonly Stretch[]): Promise<AudienceReport>;
  /** Plays the title on screen, silently and in a loop; resolves with frames shown when it is complete. */
  play(infoHash: string): Promise<number>;
  /** Of the click since {@link NodePage.prepareWatch}. */
  firstFrame(): Promise<FirstFrame>;
}

declare global {
  interface Window {
    /** Resolves when the node runs and the service worker answers. */
    rivulet: Promise<NodePage>;
  }
}

/** Waits for a condition over the payments' state; it is told of every change. */
const whenPayments = (
  { payments }: RivuletNode,
  holds: (snapshot: PaymentsSnapshot) => boolean,
): Promise<number> =>
  new Promise((resolve) => {
    const look = (): void => {
      if (!holds(payments.snapshot())) return;
      stop();
      resolve(performance.now());
    };
    const stop = payments.subscribe(look);
    look();
  });

const chosenFiles = (): readonly File[] => {
  const input = document.querySelector<HTMLInputElement>('#files');
  const files = [...(input?.files ?? [])];
  if (files.length === 0) throw new Error('No file was chosen.');
  return files;
};

export const createNodePage = (node: RivuletNode, log: PaymentLog | null): NodePage => {
  const { torrents, payments } = node;
  const tasks = watchTasks();
  let watched = (): Promise<FirstFrame> => Promise.reject(new Error('Nothing is watched.'));
  const transfer = async (hash: string, meanwhile: () => Promise<unknown>): Promise<Transfer> => {
    const startedAt = performance.now();
    const curve: [number, number][] = [];
    const stop = torrents.subscribe(() => {
      curve.push([performance.now() - startedAt, torrents.get(asInfoHash(hash))?.held ?? 0]);
    });
    unwrap(await node.watch(asInfoHash(hash)));
    const [firstBlockAt, completeAt] = await Promise.all([
      markOf('rivulet:first-block', hash),
      markOf('rivulet:complete', hash),
      meanwhile(),
    ]);
    stop();
    const bytes = torrents.get(asInfoHash(hash))?.length ?? 0;
    return {
      bytes,
      startedAt,
      firstBlockAt,
      completeAt,
      origin: performance.timeOrigin,
      curve,
    };
  };
  return {
    node,
    tasks,
    async seed(price) {
      const files = chosenFiles();
      const seeded = unwrap(await node.seed({ files, satPerMiB: satPerMiB(price) }));
      const view = torrents.get(seeded);
      if (view === null) throw new Error('What was seeded is not in the library.');
      return { infoHash: seeded, magnet: view.magnet, length: view.length };
    },
    async add(magnet) {
      const added = unwrap(await torrents.add(magnet));
      unwrap(await torrents.metadata(added));
      return added;
    },
    show(hash) {
      location.hash = `#/watch/${hash}`;
    },
    offered: (hash) =>
      new Promise((resolve) => {
        const look = (): void => {
          const peers = torrents.get(asInfoHash(hash))?.peers ?? [];
          if (!peers.some((peer) => peer.seeder && peer.satPerMiB !== null)) return;
          stop();
          resolve();
        };
        const stop = torrents.subscribe(look);
        look();
      }),
    download: (hash) => transfer(hash, () => Promise.resolve()),
    stream: (hash) => transfer(hash, () => readWhole(node.streamUrl(asInfoHash(hash), 0))),
    received: (hash) => torrents.get(asInfoHash(hash))?.downloaded ?? 0,
    async coins(sat) {
      const before = payments.snapshot().wallet.available;
      unwrap(await payments.call('testCoins', { sat: satoshi(sat) }));
      await whenPayments(node, ({ wallet }) => wallet.available >= before + sat);
      return payments.snapshot().wallet.available;
    },
    paid: (sat) => whenPayments(node, ({ totals }) => totals.paidSat >= sat),
    earned: (sat) => whenPayments(node, ({ totals }) => totals.earnedSat >= sat),
    snapshot: () => payments.snapshot(),
    settle: async () => unwrap(await payments.call('settle', {})),
    async mode(mode) {
      const { settings } = payments.snapshot();
      const batcher = { ...settings.batcher, mode };
      unwrap(await payments.call('settings', { ...settings, batcher }));
    },
    audit: async () => unwrap(await payments.call('audit', undefined)),
    rows: () => readRows(node.profile),
    log() {
      if (log === null) throw new Error('Nothing was listened in on.');
      return log;
    },
    readWhole: (hash) => readWhole(node.streamUrl(asInfoHash(hash), 0)),
    readRanges: (hash, count, length) => {
      const size = torrents.get(asInfoHash(hash))?.files[0]?.length ?? 0;
      return readRanges(node.streamUrl(asInfoHash(hash), 0), size, count, length);
    },
    async seedMany(count) {
      const magnets: string[] = [];
      for (let index = 0; index < count; index += 1) {
        const data = crypto.getRandomValues(new Uint8Array(SMALL));
        const files = [new File([data], `small-${index}.bin`)];
        const seeded = unwrap(await node.seed({ files, satPerMiB: satPerMiB(0) }));
        magnets.push(torrents.get(seeded)?.magnet ?? '');
      }
      return magnets;
    },
    pingLoad,
    metadataLoad,
    audience: (hash, stretches) => {
      const size = torrents.get(asInfoHash(hash))?.files[0]?.length ?? 0;
      return gatherAudience(node.streamUrl(asInfoHash(hash), 0), size, stretches);
    },
    async play(hash) {
      const video = await appearing(() =>
        document.querySelector<HTMLVideoElement>('video[data-testid="video"]'),
      );
      video.muted = true;
      video.loop = true;
      await video.play();
      await markOf('rivulet:complete', hash);
      return video.getVideoPlaybackQuality().totalVideoFrames;
    },
    async prepareWatch(magnet) {
      watched = await prepareFirstFrame(magnet);
    },
    firstFrame: () => watched(),
  };
};
