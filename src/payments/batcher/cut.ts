import { bytesFor, ceilSat, type Cost } from '../../protocol/pricing.ts';
import { MIB, satoshi, satPerMiB, type Satoshi } from '../../shared/units.ts';
import type { BlockQueue } from './block-queue.ts';
import { Rows, type BatchPart } from './rows.ts';

/** A batch taken from a queue. */
export interface Cut {
  readonly rows: number;
  readonly sat: Satoshi;
  readonly bytes: number;
  /** Cumulative cost of the account with these rows. */
  readonly cost: Cost;
  readonly parts: readonly BatchPart[];
}

/** In place of a piece index, for bytes whose block is not remembered. */
export const UNKNOWN_PIECE = 0xffffffff;
/** A block that costs more than this is spread over channels; others move to the next one whole. */
const SPLIT_ABOVE = 1_500;

const rows = new Rows();

const ageOf = (now: number, time: number): number =>
  Math.min(Math.max(0, Math.round(now - time)), 0xffffffff);

/** Running cost in plain numbers: no object for each block. */
const createMeter = (cost: Cost) => {
  let sat: number = cost.sat;
  let remainder = cost.remainder;
  return {
    /** Adds and answers by how many satoshi the rounded cost grew. */
    add(bytes: number, price: number): number {
      const before = sat + (remainder > 0 ? 1 : 0);
      const units = remainder + bytes * price;
      remainder = units % MIB;
      sat += (units - remainder) / MIB;
      return sat + (remainder > 0 ? 1 : 0) - before;
    },
    cost: (): Cost => ({ sat: satoshi(sat), remainder }),
    save: () => ({ sat, remainder }),
    restore(saved: { readonly sat: number; readonly remainder: number }): void {
      ({ sat, remainder } = saved);
    },
  };
};

/** Bytes of the oldest block that `room` pays for. */
const affordableBytes = (queue: BlockQueue, cost: Cost, room: number): number => {
  const price = satPerMiB(queue.price(0));
  // The fraction of a satoshi that the account is ahead pays for a few bytes more.
  const free = ceilSat(cost) - cost.sat === 0 ? 0 : Math.floor((MIB - cost.remainder) / price);
  return Math.min(queue.length(0) - 1, free + bytesFor(satoshi(room), price));
};

/**
 * Payer: takes up to `maxRows` of the oldest blocks that cost at most `room` satoshi together.
 * Each row's share is the growth of the rounded cumulative cost, so that the shares of all batches
 * add up to ceil(cost), exactly.
 * @returns null when nothing is due (no blocks, or less than the satoshi that is paid ahead), or the
 * oldest block does not fit into `room`.
 */
export const cutDue = (
  queue: BlockQueue,
  account: {
    readonly cost: Cost;
    readonly room: number;
    readonly maxRows: number;
    readonly now: number;
  },
): Cut | null => {
  const { room, maxRows, now } = account;
  const meter = createMeter(account.cost);
  rows.clear();
  let sat = 0;
  let bytes = 0;
  // Cheap data may need more rows than asked for until the first satoshi is due.
  for (let row = 0; row < queue.size && (row < maxRows || sat === 0); row += 1) {
    const saved = meter.save();
    const length = queue.length(row);
    const share = meter.add(length, queue.price(row));
    if (sat + share > room) {
      meter.restore(saved);
      break;
    }
    rows.push(
      queue.torrent(row),
      queue.piece(row),
      queue.offset(row),
      length,
      share,
      ageOf(now, queue.time(row)),
    );
    sat += share;
    bytes += length;
  }
  let trimmed = 0;
  if (rows.size === 0 && queue.size > 0 && room > SPLIT_ABOVE) {
    trimmed = affordableBytes(queue, account.cost, room);
    sat = meter.add(trimmed, queue.price(0));
    bytes = trimmed;
    rows.push(
      queue.torrent(0),
      queue.piece(0),
      queue.offset(0),
      trimmed,
      sat,
      ageOf(now, queue.time(0)),
    );
  }
  if (sat === 0) return null;
  const cut = {
    rows: rows.size,
    sat: satoshi(sat),
    bytes,
    cost: meter.cost(),
    parts: rows.parts(),
  };
  if (trimmed > 0) queue.trim(trimmed);
  else queue.drop(cut.rows);
  return cut;
};

/** Brings the shares to `sat` in all: what is left over goes to the last row, what lacks is taken from the end. */
const balance = (sat: number, shared: number): void => {
  let difference = sat - shared;
  if (difference > 0) rows.setSat(rows.size - 1, rows.sat(rows.size - 1) + difference);
  for (let row = rows.size - 1; row >= 0 && difference < 0; row -= 1) {
    const taken = Math.min(rows.sat(row), -difference);
    rows.setSat(row, rows.sat(row) - taken);
    difference += taken;
  }
};

/**
 * Payee: attributes a payment of `sat` for `bytes` to the blocks that were sent first. The payer
 * may count otherwise by a few blocks (it pays verified pieces first), so shares follow our own
 * prices and are balanced at the end; bytes of blocks from before a restart get a row of their own.
 */
export const cutPaid = (
  queue: BlockQueue,
  payment: {
    readonly sat: Satoshi;
    readonly bytes: number;
    readonly torrent: number;
    readonly now: number;
  },
): readonly BatchPart[] => {
  const { sat, now } = payment;
  const meter = createMeter({ sat: satoshi(0), remainder: 0 });
  rows.clear();
  let left = payment.bytes;
  let shared = 0;
  let whole = 0;
  for (; whole < queue.size && queue.length(whole) <= left; whole += 1) {
    const length = queue.length(whole);
    const share = meter.add(length, queue.price(whole));
    rows.push(
      queue.torrent(whole),
      queue.piece(whole),
      queue.offset(whole),
      length,
      share,
      ageOf(now, queue.time(whole)),
    );
    shared += share;
    left -= length;
  }
  queue.drop(whole);
  if (left > 0 && queue.size > 0) {
    const share = meter.add(left, queue.price(0));
    rows.push(
      queue.torrent(0),
      queue.piece(0),
      queue.offset(0),
      left,
      share,
      ageOf(now, queue.time(0)),
    );
    shared += share;
    queue.trim(left);
    left = 0;
  }
  // A row's length is 32 bits wide; more than that in one payment is told in several rows.
  while (left > 0 || rows.size === 0) {
    const length = Math.min(left, 0xffffffff);
    rows.push(payment.torrent, UNKNOWN_PIECE, 0, length, 0, 0);
    left -= length;
  }
  balance(sat, shared);
  return rows.parts();
};
