import type { BatchMode, FlushReason } from '../../shared/ports/engine-metrics.ts';
import type { BatchRecord, ChannelRecord } from '../../shared/ports/ledger.ts';
import {
  BLOCK_LENGTH,
  channelId,
  identityKey,
  infoHash,
  satoshi,
  type Satoshi,
} from '../../shared/units.ts';
import { DEFAULT_BATCHER } from '../batcher/schedule.ts';
import { newPayerAccount, type PayerAccount } from '../buying/account.ts';
import { createPump, type Pump } from '../buying/pump.ts';
import { createMeter } from '../meter.ts';
import { DEFAULT_SETTINGS } from '../settings.ts';
import { createRegistry } from '../wires/registry.ts';
import { createPaperBook, type PaperBook } from './paper-book.ts';
import { createSteppedClock, type SteppedClock } from './stepped-clock.ts';

const PAYEE = identityKey(`02${'ab'.repeat(32)}`);

/** One signature as it was made: why, and the batches that it pays. */
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
  /** Signatures that are durable. */
  readonly signed: readonly Signed[];
  mode(mode: BatchMode): void;
  /** So many blocks of a title come, each one the next; of one length and price. */
  arrive(title: number, count: number, length?: number, price?: number): void;
}

const recordOf = (digit: string, capacity: Satoshi): ChannelRecord => ({
  ...{ cid: channelId(digit.repeat(32)), role: 'payer', peer: PAYEE, status: 'open', capacity },
  ...{ refundAt: 2_000_000_000, payerKey: new Uint8Array(33), payeeKey: new Uint8Array(33) },
  ...{ fundingTxid: null, vout: 0, funding: null, paid: satoshi(0), bytes: 0 },
  ...{ signature: new Uint8Array(0), ackedPaid: satoshi(0), openedAt: 1, updatedAt: 1 },
  ...{ closingTxid: null, closingFee: null, note: null },
});

/** An account with open channels of these capacities, paid from in turn. */
export const createPayerStand = (capacities: readonly number[] = [1e9]): PayerStand => {
  const clock = createSteppedClock();
  const records = capacities.map((sat, at) => recordOf(at.toString(16), satoshi(sat)));
  const book = createPaperBook(records);
  const registry = createRegistry();
  const account = newPayerAccount(PAYEE, clock.now());
  for (const { cid, capacity } of records) {
    account.signers.set(cid, { sign: (paid) => Uint8Array.of(paid % 251) });
    account.state = {
      ...account.state,
      channels: [
        ...account.state.channels,
        ...[{ cid, capacity, phase: 'open' as const, paid: satoshi(0), bytes: 0 }].map((one) => ({
          ...one,
          ...{ signature: new Uint8Array(0), acked: satoshi(0), known: true, credit: capacity },
        })),
      ],
    };
  }
  let batcher = { ...DEFAULT_BATCHER, mode: 'fixed' as BatchMode };
  const meter = createMeter(clock, batcher);
  const signed: Signed[] = [];
  const pump = createPump(
    { book, clock, registry, settings: () => ({ ...DEFAULT_SETTINGS, batcher }) },
    {
      ...meter,
      signed(batches, reason, cutAt, durableAt) {
        signed.push({ reason, at: cutAt, batches });
        meter.signed(batches, reason, cutAt, durableAt);
      },
    },
    {
      allowed: () => 1e12,
      onSigned: (_account, { cid, paid, bytes, signature }) => {
        const channels = account.state.channels.map((one) =>
          one.cid === cid ? { ...one, paid, bytes, signature } : one,
        );
        account.state = { ...account.state, channels };
      },
      onShort: () => undefined,
    },
  );
  const next = new Map<number, number>();
  return {
    account,
    pump,
    book,
    clock,
    signed,
    mode(mode) {
      batcher = { ...batcher, mode };
      pump.wake(account);
    },
    arrive(title, count, length = BLOCK_LENGTH, price = 1_088) {
      const { index } = registry.torrent(infoHash(title.toString(16).repeat(40)));
      for (let i = 0; i < count; i += 1) {
        const piece = next.get(title) ?? 0;
        next.set(title, piece + 1);
        account.ready.push(index, piece, 0, length, price, clock.now());
      }
      pump.wake(account);
    },
  };
};
