import type { BatchMode, PaymentsSnapshot, SettleReport } from '../../src/shared/ports/payments.ts';
import type { PaidRow } from '../pages/ledger-rows.ts';
import type { AudienceReport } from '../pages/audience.ts';
import type { FirstFrame } from '../pages/first-frame.ts';
import type { Seeded, Transfer } from '../pages/node-page.ts';
import type { PaymentLog } from '../pages/payment-tap.ts';
import type { RangeRead } from '../pages/reading.ts';
import type { TaskLog } from '../pages/task-watch.ts';
import type { Asked, Stretch } from '../pages/users.ts';
import { openBrowser, type PerfBrowser } from './browsers.ts';
import type { Scope } from './scope.ts';
import { PAGE_PATHS } from './site.ts';
import type { Source } from './sources.ts';

/** One person's browser with the app in it. */
export interface AppNode {
  readonly browser: PerfBrowser;
  seed(source: Source, price: number): Promise<Seeded>;
  coins(sat: number): Promise<void>;
  /** Joins, waits for the file list and a seller's price, and opens the Watch view. */
  prepare(magnet: string): Promise<string>;
  /** From the click on Watch to the last piece on disk. */
  download(infoHash: string): Promise<Transfer>;
  /** The same, while it is read through the service worker. */
  stream(infoHash: string): Promise<Transfer>;
  /** Payload bytes that came for it, blocks that came twice included. */
  received(infoHash: string): Promise<number>;
  paid(sat: number): Promise<number>;
  earned(sat: number): Promise<number>;
  snapshot(): Promise<PaymentsSnapshot>;
  settle(): Promise<SettleReport>;
  /** How payments are batched from now on. */
  mode(mode: BatchMode): Promise<void>;
  /** @throws Error when the ledger's own check finds anything. */
  audit(): Promise<void>;
  rows(): Promise<readonly PaidRow[]>;
  tasks(from: number, to: number): Promise<TaskLog>;
  seedMany(count: number): Promise<readonly string[]>;
  pingLoad(stretches: readonly Stretch[]): Promise<readonly Asked[]>;
  metadataLoad(
    stretches: readonly Stretch[],
    magnets: readonly string[],
  ): Promise<readonly Asked[]>;
  audience(infoHash: string, stretches: readonly Stretch[]): Promise<AudienceReport>;
  /** Plays what is on screen until the title is complete; frames that were shown. */
  play(infoHash: string): Promise<number>;
  log(): Promise<PaymentLog>;
  readWhole(infoHash: string): Promise<number>;
  readRanges(infoHash: string, count: number, length: number): Promise<readonly RangeRead[]>;
  /** Gives the magnet to the home view, clicks, and waits for the first frame. */
  watch(magnet: string): Promise<FirstFrame>;
}

/** Opens the app at `origin` and waits until its node runs. */
export const openNode = async (
  scope: Scope,
  origin: string,
  name: string,
  query = '',
): Promise<AppNode> => {
  const browser = await openBrowser(scope, name);
  return nodeIn(browser, origin, query);
};

/** The app in a browser that is open already. */
export const nodeIn = async (
  browser: PerfBrowser,
  origin: string,
  query = '',
): Promise<AppNode> => {
  const { page } = browser;
  await page.goto(`${origin}${PAGE_PATHS.node}${query}`);
  await page.evaluate(async () => void (await window.rivulet));
  return {
    browser,
    async seed(source, price) {
      await page.setInputFiles('#files', source.path);
      return page.evaluate(async (asked) => (await window.rivulet).seed(asked), price);
    },
    async coins(sat) {
      await page.evaluate(async (wanted) => void (await (await window.rivulet).coins(wanted)), sat);
    },
    prepare: (magnet) =>
      page.evaluate(async (source) => {
        const node = await window.rivulet;
        const infoHash = await node.add(source);
        node.show(infoHash);
        await node.offered(infoHash);
        return infoHash;
      }, magnet),
    download: (infoHash) =>
      page.evaluate(async (hash) => (await window.rivulet).download(hash), infoHash),
    stream: (infoHash) =>
      page.evaluate(async (hash) => (await window.rivulet).stream(hash), infoHash),
    received: (infoHash) =>
      page.evaluate(async (hash) => (await window.rivulet).received(hash), infoHash),
    paid: (sat) => page.evaluate(async (sum) => (await window.rivulet).paid(sum), sat),
    earned: (sat) => page.evaluate(async (sum) => (await window.rivulet).earned(sum), sat),
    snapshot: () => page.evaluate(async () => (await window.rivulet).snapshot()),
    settle: () => page.evaluate(async () => (await window.rivulet).settle()),
    mode: (mode) => page.evaluate(async (wanted) => (await window.rivulet).mode(wanted), mode),
    async audit() {
      const report = await page.evaluate(async () => (await window.rivulet).audit());
      if (!report.ok) throw new Error(`The ledger does not add up: ${report.problems.join(' ')}`);
    },
    rows: () => page.evaluate(async () => (await window.rivulet).rows()),
    seedMany: (count) =>
      page.evaluate(async (wanted) => (await window.rivulet).seedMany(wanted), count),
    pingLoad: (stretches) =>
      page.evaluate(async (plan) => (await window.rivulet).pingLoad(plan), stretches),
    metadataLoad: (stretches, magnets) =>
      page.evaluate(async ([plan, list]) => (await window.rivulet).metadataLoad(plan, list), [
        stretches,
        magnets,
      ] as const),
    audience: (infoHash, stretches) =>
      page.evaluate(async ([hash, plan]) => (await window.rivulet).audience(hash, plan), [
        infoHash,
        stretches,
      ] as const),
    play: (infoHash) => page.evaluate(async (hash) => (await window.rivulet).play(hash), infoHash),
    log: () => page.evaluate(async () => (await window.rivulet).log()),
    readWhole: (infoHash) =>
      page.evaluate(async (hash) => (await window.rivulet).readWhole(hash), infoHash),
    readRanges: (infoHash, count, length) =>
      page.evaluate(
        async ([hash, times, size]) => (await window.rivulet).readRanges(hash, times, size),
        [infoHash, count, length] as const,
      ),
    async watch(magnet) {
      await page.evaluate(async (source) => (await window.rivulet).prepareWatch(source), magnet);
      await page.getByTestId('add-submit').click();
      return page.evaluate(async () => (await window.rivulet).firstFrame());
    },
    tasks: (from, to) =>
      page.evaluate(async ([since, until]) => (await window.rivulet).tasks(since, until), [
        from,
        to,
      ] as const),
  };
};
