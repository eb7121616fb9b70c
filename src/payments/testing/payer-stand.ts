import type { PayerChannel } from '../../protocol/payer-state.ts';
import type { BatchMode, FlushReason } from '../../shared/ports/engine-metrics.ts';
import type { BatchRecord } from '../../shared/ports/ledger.ts';
import type { TradeState } from '../../shared/ports/wire-payments.ts';
import {
  BLOCK_LENGTH,
  channelId,
  identityKey,
  infoHash,
  satoshi,
  satPerMiB,
  wireId,
} from '../../shared/units.ts';
import { DEFAULT_BATCHER } from '../batcher/schedule.ts';
import { newPayerAccount, type PayerAccount } from '../buying/account.ts';
import { createIntake } from '../buying/intake.ts';
import { createPressure } from '../buying/pressure.ts';
import { createPump, type Pump } from '../buying/pump.ts';
import { createTrade } from '../buying/trade.ts';
import { createMeter, type Meter } from '../meter.ts';
import { DEFAULT_SETTINGS } from '../settings.ts';
import { createRegistry, type WireEntry } from '../wires/registry.ts';
import { createPaperBook, type PaperBook } from './paper-book.ts';
import { createSteppedClock, type SteppedClock } from './stepped-clock.ts';

const PAYEE = identityKey(`02${'ab'.repeat(32)}`);
/** Blocks of each title that have passed their check before they come. */
const PIECES = 1 << 20;
const ENDLESS = 1e12;

/** One signature as it was made: why, when, and the batches that it pays. */
export interface Signed {
  readonly reason: FlushReason;
  readonly at: number;
  readonly batches: readonly BatchRecord[];
}

/** The payer's side of one account between the wires and the disk, on a clock and a disk that obey. */
export interface PayerStand {
  readonly account: PayerAccount;
  readonly pump: Pump;
  readonly book: PaperBook;
  readonly clock: SteppedClock;
  readonly meter: Meter;
  /** Signatures that are durable. */
  readonly signed: readonly Signed[];
  mode(mode: BatchMode): void;
  /** Another channel of so many satoshi is there to pay from. */
  fund(capacity: number): void;
  /** The account of another payee, with a channel; whoever fills its queue wakes the pump. */
  beside(digits: string): PayerAccount;
  /** The disk fails from now on, for this reason, or works again (null). */
  disk(failure: string | null): void;
  /** What the page was told about the wire of a title. */
  state(title: number): TradeState | null;
  /** So many blocks of a title come on its wire, each one the next; of one length and price. */
  arrive(title: number, count: number, length?: number, price?: number): void;
}

const newChannel = (digits: string, capacity: number): PayerChannel => ({
  cid: channelId(digits.padStart(32, '0')),
  capacity: satoshi(capacity),
  phase: 'open',
  paid: satoshi(0),
  bytes: 0,
  signature: new Uint8Array(0),
  acked: satoshi(0),
  known: true,
  credit: satoshi(capacity),
});

/** An account with open channels of these capacities, paid from in turn. */
export const createPayerStand = (capacities: readonly number[] = [1e9]): PayerStand => {
  const clock = createSteppedClock();
  const book = createPaperBook();
  const registry = createRegistry();
  const account = newPayerAccount(PAYEE, clock.now());
  let batcher = { ...DEFAULT_BATCHER, mode: 'fixed' as BatchMode };
  const budget = { ...DEFAULT_SETTINGS.budget, maxSatPerMiB: satPerMiB(1e6) };
  const settings = () => ({ ...DEFAULT_SETTINGS, budget, batcher });
  const meter = createMeter(clock, batcher);
  const context = { book, clock, registry, settings };
  const signed: Signed[] = [];

  const trade = createTrade(
    { book, settings, emit: () => undefined, changed: () => undefined },
    { mayFund: () => false },
    { titleLeft: () => ENDLESS, dayLeft: () => ENDLESS },
  );
  const review = (): void => {
    for (const wire of account.wires) trade.review(wire, account);
  };
  const pressure = createPressure(meter, review);
  const wake = (): void => {
    pressure.weigh(account);
    pump.wake(account);
  };
  const intake = createIntake(
    { registry, clock, drop: () => undefined },
    { accountOf: () => account, accounts: () => [account], wake },
  );
  const noted: Meter = {
    ...meter,
    signed(batches, reason, cutAt, durableAt) {
      signed.push({ reason, at: cutAt, batches });
      meter.signed(batches, reason, cutAt, durableAt);
    },
  };
  const pump = createPump(context, noted, {
    allowed: () => ENDLESS,
    onSigned: (owner, { cid, ...paid }) => {
      const channels = owner.state.channels.map((one) =>
        one.cid === cid ? { ...one, ...paid } : one,
      );
      owner.state = { ...owner.state, channels };
      pressure.weigh(account);
      review();
    },
    onShort: review,
  });

  const wires = new Map<number, WireEntry>();
  const wireOf = (title: number): WireEntry => {
    const known = wires.get(title);
    if (known !== undefined) return known;
    const none = new Uint8Array(0);
    const wire = registry.open(
      {
        ...{ wire: wireId(title), infoHash: infoHash(title.toString(16).repeat(40)) },
        ...{ ourPeerId: none, theirPeerId: none, ourNonce: none, theirHello: none },
      },
      { version: 1, network: 3, identity: none, nonce: none },
    );
    Object.assign(wire.torrent, { verified: new Uint8Array(PIECES / 8).fill(255), buying: true });
    wire.identity = PAYEE;
    wires.set(title, wire);
    account.wires.add(wire);
    return wire;
  };
  const priced = (wire: WireEntry, price: number): void => {
    if (wire.terms?.satPerMiB === price) return;
    wire.terms = {
      ...{ type: 'terms', termsId: 1, satPerMiB: satPerMiB(price), windowMin: 0, windowMax: 0 },
      ...{ minCapacity: satoshi(0), minLifetime: 0, settleMargin: 0, unconfirmedCap: satoshi(0) },
      ...{ validUntil: 0, fromBytes: 0 },
    };
    wire.buy.set(satPerMiB(price), 0);
    review();
  };

  let funded = 0;
  const fundOf = (owner: PayerAccount, capacity: number): void => {
    funded += 1;
    const { channels } = owner.state;
    const channel = newChannel(funded.toString(16), capacity);
    const none = new Uint8Array(0);
    owner.signers.set(channel.cid, { sign: (paid) => Uint8Array.of(paid % 251) });
    book.admit({
      ...{ cid: channel.cid, role: 'payer', peer: owner.peer, status: 'open' },
      ...{ capacity: channel.capacity, refundAt: 2_000_000_000, payerKey: none, payeeKey: none },
      ...{ fundingTxid: null, vout: 0, funding: null, paid: satoshi(0), bytes: 0 },
      ...{ signature: none, ackedPaid: satoshi(0), openedAt: 1, updatedAt: 1 },
      ...{ closingTxid: null, closingFee: null, note: null },
    });
    owner.state = { ...owner.state, channels: [...channels, channel] };
  };

  const next = new Map<number, number>();
  const stand: PayerStand = {
    account,
    pump,
    book,
    clock,
    meter,
    signed,
    mode(mode) {
      batcher = { ...batcher, mode };
      pump.wake(account);
    },
    fund(capacity) {
      fundOf(account, capacity);
      account.full.clear();
      review();
      pump.wake(account);
    },
    beside(digits) {
      const other = newPayerAccount(identityKey(`02${digits.repeat(32)}`), clock.now());
      fundOf(other, 1e9);
      return other;
    },
    disk(failure) {
      book.failure = failure;
      book.automatic = failure === null;
      if (failure === null) book.store(true);
      review();
    },
    state: (title) => wireOf(title).told?.state ?? null,
    arrive(title, count, length = BLOCK_LENGTH, price = 1_088) {
      const wire = wireOf(title);
      priced(wire, price);
      const piece = next.get(title) ?? 0;
      next.set(title, piece + count);
      const rows = Array.from({ length: count }, (_, i) => [wire.id, piece + i, 0, length]);
      intake.received({ rows: Uint32Array.from(rows.flat()) });
    },
  };
  for (const capacity of capacities) stand.fund(capacity);
  return stand;
};
