import type { Message } from '../../protocol/messages.ts';
import { owed } from '../../protocol/payee-state.ts';
import { ceilSat } from '../../protocol/pricing.ts';
import type { ChannelRecord, OutboxRecord } from '../../shared/ports/ledger.ts';
import type { SettleReport } from '../../shared/ports/payments.ts';
import type { WirePosts } from '../../shared/ports/wire-payments.ts';
import type { Failure } from '../../shared/result.ts';
import {
  satoshi,
  satPerMiB,
  type ChannelId,
  type Satoshi,
  type SatPerMiB,
} from '../../shared/units.ts';
import type { Context } from '../context.ts';
import type { IncomeMeter } from '../income-meter.ts';
import type { Outbox } from '../outbox.ts';
import type { TorrentEntry, WireEntry } from '../wires/registry.ts';
import type { PayeeAccount } from './account.ts';
import { createClerk } from './clerk.ts';
import { createConfirmations } from './confirmations.ts';
import { createPayeeDesk } from './desk.ts';
import { createExposure } from './exposure.ts';
import { createSentIntake } from './intake.ts';
import { unconfirmedCap } from './unconfirmed.ts';
import { createSettler } from './settler.ts';

/** A payer that is here is given this long to answer before its channel is settled anyway. */
const FAREWELL_MS = 2_000;
/** How often accounts are looked at for payments that do not come. */
const TICK_MS = 250;

/** The half of the engine that is paid. */
export interface Selling {
  /** A wire that both sides may use before anyone is authenticated: only what is free. */
  opened(wire: WireEntry): void;
  bound(wire: WireEntry): void;
  message(wire: WireEntry, message: Message): void;
  closed(wire: WireEntry): void;
  sent(post: WirePosts['blocksSent']): void;
  /** The price of a torrent is known, or has changed. */
  priced(torrent: TorrentEntry): void;
  settle(records: readonly ChannelRecord[]): Promise<SettleReport>;
  onSettlementAccepted(entry: OutboxRecord): Promise<boolean>;
  onSettlementRefused(entry: OutboxRecord, failure: Failure): Promise<void>;
  onSettlementHeld(entry: OutboxRecord): Promise<void>;
  /** What a peer may owe, and owes. */
  standing(wire: WireEntry): { readonly window: number; readonly owed: Satoshi };
  tick(): Promise<void>;
  close(): void;
}

export const createSelling = (
  context: Context,
  income: IncomeMeter,
  outbox: () => Outbox,
): Selling => {
  const { book, clock, emit } = context;
  const exposure = createExposure();
  const farewells = new Map<ChannelId, () => void>();

  /** Channels of this payer that are on disk. */
  const admitAll = (account: PayeeAccount): void => {
    // As they came: who was first to share a funding has what it had then.
    const all = [...book.channels()].sort((one, other) => one.openedAt - other.openedAt);
    for (const [at, record] of all.entries()) {
      const live = record.status === 'open' || record.status === 'closing';
      if (record.role !== 'payee' || record.peer !== account.peer || !live) continue;
      desk.admit(account, record, unconfirmedCap(record, all.slice(0, at)));
    }
  };

  const desk = createPayeeDesk(context, exposure, income, admitAll);

  const settler = createSettler(context, outbox, (record, rawTx) => {
    const account = desk.find(record.peer);
    if (account === null) return;
    account.channels.delete(record.cid);
    desk.apply(account, { type: 'ended', cid: record.cid });
    const [wire] = account.wires;
    if (wire !== undefined) context.send(wire.id, { type: 'closed', cid: record.cid, rawTx });
  });

  const incoming = (record: ChannelRecord) => desk.find(record.peer)?.channels.get(record.cid);

  const settleNow = async (records: readonly ChannelRecord[]): Promise<SettleReport> => {
    for (const record of records) {
      const channel = incoming(record);
      if (channel !== undefined) channel.closing = true;
    }
    // What came before is on disk then; more may come all the time.
    await book.write({});
    const report = await settler.settle(records.flatMap(({ cid }) => book.channel(cid) ?? []));
    for (const record of records) {
      const channel = incoming(record);
      const status = book.channel(record.cid)?.status;
      if (channel === undefined || status !== 'open') continue;
      channel.closing = false;
    }
    return report;
  };

  /** The payer has promised to pay no more on it, whether it was asked to or not. */
  const onClose = (cid: ChannelId): void => {
    const asked = farewells.get(cid);
    if (asked !== undefined) {
      asked();
      return;
    }
    const record = book.channel(cid);
    if (record === undefined) return;
    void settleNow([record]).then(({ skipped }) => {
      const [wire] = desk.find(record.peer)?.wires ?? [];
      for (const { reason } of skipped) {
        if (wire === undefined) continue;
        context.send(wire.id, { type: 'error', code: 'not-settled', cid, detail: reason });
      }
    });
  };

  const clerk = createClerk(context, { desk, exposure, income }, onClose);
  const sentIntake = createSentIntake(context, desk);
  const confirmations = createConfirmations(context, desk);

  /** Asks a payer that is here to stop paying on the channel, so that no payment crosses the settlement. */
  const farewell = (record: ChannelRecord): Promise<void> => {
    const [wire] = desk.find(record.peer)?.wires ?? [];
    if (wire === undefined) return Promise.resolve();
    const { cid, paid } = record;
    return new Promise((resolve) => {
      const cancel = clock.after(FAREWELL_MS, () => finish());
      const finish = (): void => {
        cancel();
        farewells.delete(cid);
        resolve();
      };
      farewells.set(cid, finish);
      context.send(wire.id, { type: 'close', cid, paid });
    });
  };

  const settle = async (records: readonly ChannelRecord[]): Promise<SettleReport> => {
    const ours = records.filter(
      ({ role, status }) => role === 'payee' && (status === 'open' || status === 'closing'),
    );
    const paying = ours.filter(({ paid }) => paid > 0);
    await Promise.all(paying.map(farewell));
    const report = await settleNow(paying);
    const idle = ours.filter(({ paid }) => paid === 0);
    const reason = 'Nothing was paid on this channel yet.';
    return {
      settled: report.settled,
      skipped: [...report.skipped, ...idle.map(({ cid }) => ({ cid, reason }))],
    };
  };

  let stop: () => void = () => undefined;
  const watch = (): void => {
    stop = clock.after(TICK_MS, () => {
      const now = clock.now();
      for (const account of desk.accounts()) {
        if (account.wires.size > 0) desk.apply(account, { type: 'tick', now });
      }
      confirmations.press();
      watch();
    });
  };
  watch();

  const priced = (torrent: TorrentEntry): void => {
    for (const wire of torrent.wires) {
      if (torrent.sellPrice === null || wire.refused) continue;
      if (torrent.sellPrice === 0 && wire.identity === null) {
        const free = satPerMiB(0);
        emit('wireSell', { wire: wire.id, account: wire.account, satPerMiB: free, fromBytes: 0 });
      }
      if (wire.hello !== null) desk.offer(wire, torrent.sellPrice);
    }
  };

  const price = (wire: WireEntry): SatPerMiB | null => wire.torrent.sellPrice;

  return {
    opened(wire) {
      const asked = price(wire);
      if (asked === 0) {
        const free = satPerMiB(0);
        emit('wireSell', { wire: wire.id, account: wire.account, satPerMiB: free, fromBytes: 0 });
      }
      if (asked !== null && wire.hello !== null) desk.offer(wire, asked);
    },
    bound(wire) {
      if (wire.identity === null) return;
      const account = desk.account(wire, wire.identity);
      desk.bind(account, wire);
      const asked = price(wire);
      if (asked !== null) desk.offer(wire, asked);
    },
    message(wire, message) {
      const account = desk.find(wire.identity);
      if (account === null) return;
      account.activeAt = clock.now();
      if (message.type === 'open') void clerk.open(account, wire, message);
      else if (message.type === 'pay') clerk.pay(account, wire, message);
      else if (message.type === 'resume') clerk.resume(account, wire, message);
      else if (message.type === 'close') clerk.close(account, wire, message);
    },
    closed(wire) {
      const account = desk.find(wire.identity);
      if (account !== null) desk.unbind(account, wire);
    },
    sent: sentIntake,
    priced,
    settle,
    onSettlementAccepted: (entry) => settler.onAccepted(entry),
    onSettlementRefused: (entry, failure) => settler.onRefused(entry, failure),
    onSettlementHeld: (entry) => settler.onHeld(entry),
    standing(wire) {
      const account = desk.find(wire.identity);
      if (account === null) return { window: 0, owed: satoshi(0) };
      return { window: account.state.window, owed: ceilSat(owed(account.state)) };
    },
    async tick() {
      for (const torrent of context.registry.torrents()) priced(torrent);
      await confirmations.tick();
      const due = await settler.due(
        (record) => desk.find(record.peer)?.activeAt ?? record.updatedAt,
      );
      if (due.length > 0) await settle(due);
    },
    close: () => stop(),
  };
};
