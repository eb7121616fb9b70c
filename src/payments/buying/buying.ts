import type { Message, Terms } from '../../protocol/messages.ts';
import type { ChannelRecord, OutboxRecord } from '../../shared/ports/ledger.ts';
import type { PaymentsSpec, SettleReport } from '../../shared/ports/payments.ts';
import type { WirePosts } from '../../shared/ports/wire-payments.ts';
import type { ChannelId } from '../../shared/units.ts';
import type { Context } from '../context.ts';
import { eachInTurn } from '../each.ts';
import type { Meter } from '../meter.ts';
import type { Outbox } from '../outbox.ts';
import type { WireEntry } from '../wires/registry.ts';
import { unsignedBytes, type PayerAccount } from './account.ts';
import { createCreditors } from './creditors.ts';
import { createCloser } from './closer.ts';
import { createDesk } from './desk.ts';
import { restoreDue } from './due.ts';
import { createHomecoming } from './homecoming.ts';
import { createFunds, type Funds } from './funds.ts';
import { createIntake } from './intake.ts';
import { lighten } from './lightening.ts';
import { createOpener } from './opener.ts';
import { createPressure } from './pressure.ts';
import { createPump } from './pump.ts';
import { createRefunds } from './refunds.ts';
import { isRest } from './rest.ts';
import { createReport } from './settle-report.ts';
import { createSettling } from './settling.ts';
import type { Spending } from './spending.ts';
import { createTrade } from './trade.ts';

/** The half of the engine that pays. */
export interface Buying {
  readonly funds: Funds;
  /** Channels of the ledger, at start. */
  load(records: Iterable<ChannelRecord>): void;
  /** What the last session still owed; once. */
  loadDue(): void;
  opened(wire: WireEntry): void;
  bound(wire: WireEntry): void;
  terms(wire: WireEntry, terms: Terms): void;
  message(wire: WireEntry, message: Message): void;
  closed(wire: WireEntry): void;
  received(post: WirePosts['blocksReceived']): void;
  checked(post: WirePosts['pieceChecked']): void;
  buy(arg: PaymentsSpec['calls']['buy']['arg']): void;
  /** Resolves when what was received until now is on disk, as signed for or as owed. */
  noted(): Promise<void>;
  /** Decides about every wire anew: settings, budget or funds have changed. */
  reviewAll(): void;
  /** The batcher has new rules: what waits for its batch is looked at again now. */
  rescheduled(): void;
  settle(records: readonly ChannelRecord[]): Promise<SettleReport>;
  onRefundAccepted(entry: OutboxRecord): Promise<boolean>;
  /** Looks at the chain: settlements, refunds, change. */
  tick(outbox: Outbox): Promise<void>;
  /** Whether a channel is being funded. */
  isOpening(): boolean;
  /** Blocks that wait for a signature or a hash check. */
  queued(): number;
  flush(): Promise<void>;
  close(): void;
}

/** An absent payee may settle at any time; asking more often brings the change home no sooner than needed. */
const CHECK_EVERY_MS = 10 * 60_000;

const isLive = ({ role, status }: ChannelRecord): boolean =>
  role === 'payer' && (status === 'open' || status === 'closing');

export const createBuying = (context: Context, meter: Meter, spending: Spending): Buying => {
  const { book, registry } = context;
  const checkedAt = new Map<ChannelId, number>();
  /** Accounts that owe and have nothing to pay from. */
  const short = new WeakSet<PayerAccount>();

  const funds = createFunds(context, () => {
    for (const account of desk.accounts()) account.retryAt = account.failures = 0;
    reviewAll();
  });
  const trade = createTrade(context, funds, spending);

  const mayStand = (account: PayerAccount): boolean =>
    isRest(account, book.account('payer', account.peer));
  const creditors = createCreditors({
    clock: context.clock,
    registry,
    accounts: () => desk.accounts(),
    mayStand,
    tell: (infoHash, payees) => context.emit('owed', { infoHash, payees }),
  });

  const consider = (account: PayerAccount): void => {
    if (!mayStand(account)) opener.consider(account);
  };

  const review = (account: PayerAccount): void => {
    for (const wire of account.wires) trade.review(wire, account);
    consider(account);
  };

  const onEnded = (record: ChannelRecord): void => {
    const account = desk.find(record.peer);
    if (account === null) return;
    account.signers.delete(record.cid);
    desk.apply(account, { type: 'ended', cid: record.cid });
    pump.wake(account);
    review(account);
  };

  const homecoming = createHomecoming(context);
  const closer = createCloser(context, homecoming, {
    onEnded,
    onReopened: (record) => desk.admit(desk.account(record.peer), record),
  });
  const refunds = createRefunds(context, homecoming, onEnded);

  /** Pays what is due on it, then nothing more; the payee settles. */
  const close = async (account: PayerAccount, cid: ChannelId): Promise<void> => {
    await pump.flush(account, 'close');
    desk.apply(account, { type: 'seal', cid });
    await pump.rest(account);
    const record = book.channel(cid);
    if (record === undefined || !isLive(record)) return;
    await book.write({ channels: [{ ...record, status: 'closing' }] });
    desk.apply(account, { type: 'close', cid });
    review(account);
  };

  /** The channel stays of use: what it can still pay is not locked for nothing. */
  const reopen = async (account: PayerAccount, cid: ChannelId, reason: string): Promise<void> => {
    closer.refused(cid, reason);
    const record = book.channel(cid);
    if (record === undefined || record.status !== 'closing') return;
    await book.write({ channels: [{ ...record, status: 'open', note: reason }] });
    desk.apply(account, { type: 'unseal', cid });
  };

  const desk = createDesk(context, {
    wake: (account) => wake(account),
    flush: (account) => void pump.flush(account, 'asked'),
    review,
    rest: (account) => pump.rest(account),
    rested: (account) => pump.rested(account),
    restore: (account, record) => opener.restore(account, record),
    settled: (cid, rawTx) => void closer.claimed(cid, rawTx),
    notSettled: (account, cid, reason) => void reopen(account, cid, reason),
    close: (account, cid) => void close(account, cid),
  });

  const opener = createOpener(context, funds, {
    onFunded: (account, record) => desk.admit(account, record),
    onOutcome: review,
  });

  const pump = createPump(context, meter, {
    allowed: () => spending.dayLeft(context.settings().budget),
    onSigned: (account, state, torrent) => {
      short.delete(account);
      const own = [...account.wires].find((wire) => wire.torrent.index === torrent);
      const on = own === undefined ? {} : { on: own.id };
      desk.apply(account, { type: 'signed', ...state, ...on });
      pressure.weigh(account);
      review(account);
    },
    onShort: (account) => {
      if (!short.has(account)) meter.pressed('funds');
      short.add(account);
      consider(account);
    },
  });

  const pressure = createPressure(meter, review);
  const wake = (account: PayerAccount): void => {
    pressure.weigh(account);
    pump.wake(account);
  };

  const intake = createIntake(context, {
    accountOf: (wire) => desk.find(wire.identity),
    accounts: () => desk.accounts(),
    wake: (account) => wake(account),
  });

  const reviewAll = (): void => {
    for (const wire of registry.wires()) trade.review(wire, desk.find(wire.identity));
    for (const account of desk.accounts()) consider(account);
  };

  const settleOne = createSettling({
    book,
    closer,
    async close(record) {
      const account = desk.account(record.peer);
      await close(account, record.cid);
      return account.wires.size > 0;
    },
  });

  return {
    funds,
    load(records) {
      for (const record of records) {
        if (isLive(record) && record.funding !== null) {
          desk.admit(desk.account(record.peer), record);
        }
      }
    },
    loadDue() {
      for (const record of book.accounts('payer')) {
        if ((record.due ?? []).length === 0) continue;
        const account = desk.account(record.peer);
        restoreDue(context, record, account.ready, context.clock.now());
        account.notedBytes = unsignedBytes(account);
        pressure.weigh(account);
      }
      creditors.changed();
    },
    opened: (wire) => trade.review(wire, null),
    bound(wire) {
      if (wire.identity === null) return;
      const account = desk.account(wire.identity);
      account.wires.add(wire);
      account.titles.add(wire.torrent.infoHash);
      desk.apply(account, { type: 'bound', wire: wire.id });
      review(account);
      pump.wake(account);
      creditors.changed();
    },
    terms(wire, terms) {
      const account = desk.find(wire.identity);
      wire.terms = terms;
      if (terms.satPerMiB > 0) funds.prepare();
      if (account === null) return;
      desk.offerOn(account, wire);
      review(account);
    },
    message(wire, message) {
      const account = desk.find(wire.identity);
      if (account !== null) desk.apply(account, { type: 'message', wire: wire.id, message });
    },
    closed(wire) {
      const account = desk.find(wire.identity);
      if (account === null) return;
      account.wires.delete(wire);
      desk.apply(account, { type: 'unbound', wire: wire.id });
      void pump.flush(account, 'close').then(() => {
        desk.release(account);
        creditors.changed();
      });
    },
    received: (post) => intake.received(post),
    checked(post) {
      intake.checked(post);
      creditors.changed();
    },
    buy({ infoHash, buying, expected }) {
      const torrent = registry.torrent(infoHash);
      torrent.buying = buying;
      torrent.expected = expected;
      reviewAll();
    },
    async noted() {
      await Promise.all([...desk.accounts()].map((account) => pump.noted(account)));
    },
    reviewAll,
    rescheduled() {
      for (const account of desk.accounts()) pump.wake(account);
    },
    async settle(records) {
      const report = createReport();
      await Promise.all(records.filter(isLive).map((record) => settleOne(record, report)));
      return report;
    },
    onRefundAccepted: (entry) => refunds.onAccepted(entry),
    async tick(outbox) {
      const now = context.clock.now();
      await eachInTurn(context, book.channels(), async (record) => {
        const here = (desk.find(record.peer)?.wires.size ?? 0) > 0;
        if (isLive(record)) await lighten(context, desk, record);
        const asked = checkedAt.get(record.cid) ?? 0;
        const due = record.status === 'closing' || (!here && now - asked > CHECK_EVERY_MS);
        if (!isLive(record) || !due) return;
        checkedAt.set(record.cid, now);
        await closer.check(record);
      });
      const rest = [() => refunds.tick(outbox), () => closer.follow(), () => funds.refresh()];
      await eachInTurn(context, rest, (chore) => chore());
    },
    isOpening: () => [...desk.accounts()].some(({ opening }) => opening),
    queued: () => [...desk.accounts()].reduce((sum, { ready }) => sum + ready.size, 0),
    async flush() {
      await Promise.all([...desk.accounts()].map((account) => pump.flush(account, 'close')));
    },
    close() {
      creditors.close();
      funds.close();
    },
  };
};
