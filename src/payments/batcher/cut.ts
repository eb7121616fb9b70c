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

/** Bytes of a block that `room` pays for. */
const affordableBytes = (queue: BlockQueue, row: number, cost: Cost, room: number): number => {
  const price = satPerMiB(queue.price(row));
  // The fraction of a satoshi that the account is ahead pays for a few bytes more.
  const free = ceilSat(cost) - cost.sat === 0 ? 0 : Math.floor((MIB - cost.remainder) / price);
  return Math.min(queue.length(row) - 1, free + bytesFor(satoshi(room), price));
};

/** Copies a block, or the first `length` bytes of it, into the batch. */
const take = (queue: BlockQueue, row: number, length: number, sat: number, now: number): void => {
  rows.push(
    queue.torrent(row),
    queue.piece(row),
    queue.offset(row),
    length,
    sat,
    ageOf(now, queue.time(row)),
  );
};

/** The oldest row of a torrent, or of all. */
const firstOf = (queue: BlockQueue, torrent: number | null): number => {
  let row = 0;
  while (torrent !== null && row < queue.size && queue.torrent(row) !== torrent) row += 1;
  return row;
};

/**
 * Payer: takes up to `maxRows` of the oldest blocks that cost at most `room` satoshi together, of all
 * torrents or of one alone; the blocks of others then stay as they are.
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
    readonly torrent: number | null;
    readonly now: number;
  },
): Cut | null => {
  const { room, maxRows, torrent, now } = account;
  const meter = createMeter(account.cost);
  rows.clear();
  let sat = 0;
  let bytes = 0;
  const first = firstOf(queue, torrent);
  // Cheap data may need more rows than asked for until the first satoshi is due.
  for (let row = first; row < queue.size && (rows.size < maxRows || sat === 0); row += 1) {
    if (torrent !== null && queue.torrent(row) !== torrent) continue;
    const saved = meter.save();
    const length = queue.length(row);
    const share = meter.add(length, queue.price(row));
    if (sat + share > room) {
      meter.restore(saved);
      break;
    }
    take(queue, row, length, share, now);
    sat += share;
    bytes += length;
  }
  let trimmed = 0;
  if (rows.size === 0 && first < queue.size && room > SPLIT_ABOVE) {
    trimmed = affordableBytes(queue, first, account.cost, room);
    sat = meter.add(trimmed, queue.price(first));
    bytes = trimmed;
    take(queue, first, trimmed, sat, now);
  }
  if (sat === 0) return null;
  const cut = {
    rows: rows.size,
    sat: satoshi(sat),
    bytes,
    cost: meter.cost(),
    parts: rows.parts(),
  };
  if (trimmed > 0) queue.trim(trimmed, first);
  else if (torrent === null) queue.drop(cut.rows);
  else queue.dropOf(torrent, cut.rows);
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

/** What the first `bytes` of a torrent's blocks, or of all, cost in units; NaN when there are not so many. */
const unitsOf = (queue: BlockQueue, torrent: number | null, bytes: number): number => {
  let left = bytes;
  let units = 0;
  for (let row = 0; row < queue.size && left > 0; row += 1) {
    if (torrent !== null && queue.torrent(row) !== torrent) continue;
    const length = Math.min(left, queue.length(row));
    units += length * queue.price(row);
    left -= length;
  }
  return left > 0 ? NaN : units;
};

/**
 * Whose blocks a payment is for: it says no more than money and bytes. The oldest of all (null),
 * unless they cost something else and the oldest of the torrent on whose wire it came cost just that.
 */
const payeesOf = (queue: BlockQueue, { sat, bytes, torrent }: Paid): number | null => {
  const fits = (units: number): boolean => Math.abs(units - sat * MIB) < MIB;
  if (fits(unitsOf(queue, null, bytes))) return null;
  return fits(unitsOf(queue, torrent, bytes)) ? torrent : null;
};

interface Paid {
  readonly sat: Satoshi;
  readonly bytes: number;
  /** Of the wire on which it came. */
  readonly torrent: number;
  readonly now: number;
}

/**
 * Payee: attributes a payment of `sat` for `bytes` to the blocks that were sent first. The payer
 * may count otherwise by a few blocks (it pays verified pieces first), so shares follow our own
 * prices and are balanced at the end; bytes of blocks from before a restart get a row of their own.
 */
export const cutPaid = (queue: BlockQueue, payment: Paid): readonly BatchPart[] => {
  const { sat, now } = payment;
  const torrent = payeesOf(queue, payment);
  const meter = createMeter({ sat: satoshi(0), remainder: 0 });
  rows.clear();
  let left = payment.bytes;
  let shared = 0;
  for (let row = firstOf(queue, torrent); row < queue.size; row += 1) {
    if (torrent !== null && queue.torrent(row) !== torrent) continue;
    const length = queue.length(row);
    if (length > left) break;
    const share = meter.add(length, queue.price(row));
    take(queue, row, length, share, now);
    shared += share;
    left -= length;
  }
  if (torrent === null) queue.drop(rows.size);
  else queue.dropOf(torrent, rows.size);
  const next = firstOf(queue, torrent);
  if (left > 0 && next < queue.size) {
    const share = meter.add(left, queue.price(next));
    take(queue, next, left, share, now);
    shared += share;
    queue.trim(left, next);
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
