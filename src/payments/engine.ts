import { encodeMessage } from '../protocol/codec.ts';
import type { Message } from '../protocol/messages.ts';
import { LAST_WORD_MS } from '../protocol/policy.ts';
import type {
  PaymentSettings,
  PaymentsSnapshot,
  PaymentsSpec,
  SettleReport,
} from '../shared/ports/payments.ts';
import type { WirePosts } from '../shared/ports/wire-payments.ts';
import { ok, type Result } from '../shared/result.ts';
import type { WireId } from '../shared/units.ts';
import { openBook } from './book.ts';
import { createBuying, type Buying } from './buying/buying.ts';
import { openSpending } from './buying/spending.ts';
import { createChores } from './chores.ts';
import type { Context, EngineParts } from './context.ts';
import { createMeter } from './meter.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { createRecovery } from './recovery.ts';
import { createSelling, type Selling } from './selling/selling.ts';
import { isSameBatcher, loadSettings, storeSettings } from './settings.ts';
import { createFigures } from './snapshot/figures.ts';
import { takeSnapshot } from './snapshot/snapshot.ts';
import { createThrottle } from './snapshot/throttle.ts';
import { createRegistry } from './wires/registry.ts';
import { createRouter } from './wires/router.ts';

/** The page draws no more often; each snapshot costs both threads a copy. */
const SNAPSHOT_EVERY_MS = 400;
const FEED_LENGTH = 50;

type Calls = PaymentsSpec['calls'];

/** The payments of one node: accounts, channels, batches, settlement. Everything impure is injected. */
export interface Engine {
  readonly posts: { [K in keyof WirePosts]: (payload: WirePosts[K]) => void };
  torrent(arg: Calls['torrent']['arg']): void;
  buy(arg: Calls['buy']['arg']): void;
  settings(given: PaymentSettings): Promise<Result<PaymentSettings>>;
  settle(arg: Calls['settle']['arg']): Promise<Result<SettleReport>>;
  /** Resolves when what was received until now is on disk, as signed for or as owed. */
  noted(): Promise<void>;
  snapshot(): PaymentsSnapshot;
  /** The wallet's balance may have changed by something that the engine did not do. */
  refreshFunds(): Promise<void>;
  /** Whether blocks or a channel wait for the ledger now. */
  isBusy(): boolean;
  /** Something that the snapshot shows was changed by someone else. */
  changed(): void;
  /** One look at the chain, after any that is under way: what is settled, mined, due. Runs by itself every half minute. */
  tick(): Promise<void>;
  /** Signs and writes everything that is due; the engine must not be used afterwards. */
  close(): Promise<void>;
}

export const createEngine = async (
  parts: EngineParts & { readonly onSnapshot: (snapshot: PaymentsSnapshot) => void },
): Promise<Engine> => {
  const { ledger, clock, emit } = parts;
  const totals = await ledger.totals();
  const figures = createFigures(clock, {
    ...totals,
    feed: (await ledger.history({ limit: FEED_LENGTH })).filter(
      // What is shown as live are single payments.
      ({ batches }) => batches === undefined,
    ),
    channels: await ledger.channels(),
  });
  const spending = await openSpending(ledger, clock, totals.torrents);
  let settings = await loadSettings(ledger);
  const meter = createMeter(clock, settings.batcher);
  let problem: string | null = null;

  const throttle = createThrottle(clock, SNAPSHOT_EVERY_MS, () => parts.onSnapshot(snapshot()));
  const book = await openBook({
    ledger,
    clock,
    onCommitted: (written, tookMs) => {
      meter.committed(tookMs);
      figures.committed(written);
      spending.committed(written);
      throttle.ask();
    },
    onProblem: () => {
      if (book.problem() !== null) meter.pressed('storage');
      buying.reviewAll();
      throttle.ask();
    },
  });
  const registry = createRegistry();
  /** A new page has another peer id, but it still has to prove to be the same identity. */
  const banIdentity = (wire: WireId): void => {
    const identity = registry.wire(wire)?.identity ?? null;
    if (identity !== null) registry.banned.add(identity);
  };
  const context: Context = {
    ...parts,
    registry,
    book,
    settings: () => settings,
    send: (wire: WireId, message: Message) => {
      if (registry.wire(wire) === undefined) return;
      emit('wireSend', { wire, data: encodeMessage(message) });
    },
    drop: (wire, code, ban) => {
      if (ban) banIdentity(wire);
      if (registry.wire(wire) !== undefined) emit('wireDrop', { wire, code, ban });
    },
    dismiss: (wire, code) => {
      banIdentity(wire);
      clock.after(LAST_WORD_MS, () => context.drop(wire, code, true));
    },
    problem: (message) => {
      problem = message;
      throttle.ask();
    },
    changed: () => throttle.ask(),
  };

  const buying: Buying = createBuying(context, meter, spending);
  const selling: Selling = createSelling(context, meter.income, () => outbox);
  const outbox: Outbox = createOutbox(context, {
    onAccepted: async (entry) => {
      if (entry.kind === 'refund') return buying.onRefundAccepted(entry);
      return entry.kind === 'settlement' ? selling.onSettlementAccepted(entry) : true;
    },
    onRefused: async (entry, failure) => {
      if (entry.kind === 'settlement') await selling.onSettlementRefused(entry, failure);
    },
    onHeld: async (entry) => {
      if (entry.kind === 'settlement') await selling.onSettlementHeld(entry);
    },
  });

  const router = createRouter(context, {
    opened: (wire) => {
      buying.opened(wire);
      selling.opened(wire);
    },
    bound: (wire) => {
      selling.bound(wire);
      buying.bound(wire);
    },
    refused: (wire) => buying.opened(wire),
    message: (wire, message) => {
      if (message.type === 'terms') buying.terms(wire, message);
      else if (message.type === 'open' || message.type === 'pay') selling.message(wire, message);
      else if (message.type === 'resume' || message.type === 'close') {
        const ours = book.channel(message.cid)?.role === 'payer';
        if (ours) buying.message(wire, message);
        else selling.message(wire, message);
      } else buying.message(wire, message);
    },
    closed: (wire) => {
      buying.closed(wire);
      selling.closed(wire);
    },
  });

  const snapshot = (): PaymentsSnapshot =>
    takeSnapshot({
      context,
      figures,
      wallet: () => ({
        status: buying.funds.status(),
        failure: book.problem() ?? buying.funds.failure() ?? problem,
        available: buying.funds.available(),
      }),
      standing: (wire) => selling.standing(wire),
      metrics: () => meter.read(buying.queued()),
    });

  const recovery = createRecovery(context, (record) => buying.load([record]));
  const chores = createChores(context, { outbox, buying, selling, recovery });

  buying.load(book.channels());
  buying.loadDue();
  chores.start();

  return {
    posts: {
      wireOpened: (post) => router.open(post),
      wireMessage: (post) => router.message(post),
      wireClosed: (post) => router.close(post),
      blocksReceived: (post) => buying.received(post),
      blocksSent: (post) => selling.sent(post),
      pieceChecked: (post) => buying.checked(post),
    },
    torrent({ infoHash, name, length, pieceLength, sellPrice }) {
      const entry = registry.torrent(infoHash);
      const pieces = pieceLength > 0 ? Math.ceil(length / pieceLength) : 0;
      const bits = new Uint8Array(Math.ceil(pieces / 8));
      bits.set(entry.verified.subarray(0, bits.length));
      Object.assign(entry, { name, length, pieceLength, sellPrice, verified: bits });
      selling.priced(entry);
      throttle.ask();
    },
    buy: (arg) => buying.buy(arg),
    async settings(given) {
      const stored = await storeSettings(ledger, given);
      if (!stored.ok) return stored;
      if (!isSameBatcher(settings.batcher, stored.value.batcher)) {
        meter.settings(stored.value.batcher);
      }
      settings = stored.value;
      buying.reviewAll();
      buying.rescheduled();
      throttle.ask();
      return stored;
    },
    async settle({ cids }) {
      const wanted = cids === undefined ? null : new Set(cids);
      const records = [...book.channels()].filter(({ cid }) => wanted === null || wanted.has(cid));
      const [received, paid] = await Promise.all([selling.settle(records), buying.settle(records)]);
      return ok({
        settled: [...received.settled, ...paid.settled],
        skipped: [...received.skipped, ...paid.skipped],
      });
    },
    noted: () => buying.noted(),
    snapshot,
    refreshFunds: () => buying.funds.refresh(),
    isBusy: () => buying.isOpening() || buying.queued() > 0,
    changed: () => throttle.ask(),
    tick: () => chores.tick(),
    async close() {
      selling.close();
      await buying.flush();
      await book.idle();
      buying.close();
      throttle.stop();
      await spending.close();
      await chores.stop();
    },
  };
};
