import type { Pay, Resume } from '../../protocol/messages.ts';
import { bytesFor } from '../../protocol/pricing.ts';
import type { BatchRecord } from '../../shared/ports/ledger.ts';
import { MIB, satoshi, type ChannelId, type Satoshi } from '../../shared/units.ts';
import { cutPaid } from '../batcher/cut.ts';
import type { Context } from '../context.ts';
import type { IncomeMeter } from '../income-meter.ts';
import { UNSTORED_PAYMENTS_MAX } from '../limits.ts';
import type { WireEntry } from '../wires/registry.ts';
import { accountRecord, type Incoming, type PayeeAccount } from './account.ts';

/**
 * Bytes that a payment is attributed to. The count is the payer's claim, so it is believed as far as
 * blocks that we remember go, and beyond them as far as the money does.
 */
const believable = (account: PayeeAccount, bytes: number, sat: Satoshi): number => {
  const { price } = account.state;
  const forgotten = price === 0 ? 0 : bytesFor(sat, price);
  return Math.min(Math.max(0, bytes - account.claimedBytes), account.sent.bytes + forgotten);
};

export type Verdict = 'taken' | 'held' | 'stale' | 'over-capacity' | 'bad-signature';

type Claim = Pick<Pay | Resume, 'paid' | 'bytes' | 'signature'>;

/** A verified state that waits until the disk has caught up. */
interface Held {
  readonly wire: WireEntry;
  readonly claim: Claim;
  /** When it came, ms since the epoch. */
  readonly cameAt: number;
  readonly after: (() => void) | null;
}

interface Backlog {
  /** Payments that are being written down. */
  unstored: number;
  /** Of each channel the best state beyond those. */
  readonly held: Map<ChannelId, Held>;
}

/** Takes a payer's better states in: verified, attributed to blocks, and durable before they count. */
export interface Receipts {
  /**
   * Judges at once. What is taken counts when it is on disk; `after` runs then. While too much waits
   * for the disk, the best state of each channel is held: it covers those before it, so that nothing
   * is lost however many come.
   */
  take(
    account: PayeeAccount,
    channel: Incoming,
    wire: WireEntry,
    claim: Claim,
    after?: () => void,
  ): Verdict;
}

export const createReceipts = (
  { book, clock, registry }: Pick<Context, 'book' | 'clock' | 'registry'>,
  income: Pick<IncomeMeter, 'booked'>,
  honour: (account: PayeeAccount, channel: Incoming, paid: Satoshi) => void,
): Receipts => {
  const backlogs = new WeakMap<PayeeAccount, Backlog>();
  const backlogOf = (account: PayeeAccount): Backlog => {
    const known = backlogs.get(account);
    if (known !== undefined) return known;
    const fresh = { unstored: 0, held: new Map<ChannelId, Held>() };
    backlogs.set(account, fresh);
    return fresh;
  };

  /** One batch a torrent, in the order in which the blocks were sent. */
  const batchesOf = (
    account: PayeeAccount,
    channel: Incoming,
    { wire, claim }: Held,
    now: number,
  ): readonly BatchRecord[] => {
    const sat = satoshi(claim.paid - channel.paid);
    const bytes = believable(account, claim.bytes, sat);
    let paidAfter: number = channel.paid;
    const parts = cutPaid(account.sent, { sat, bytes, torrent: wire.torrent.index, now });
    return parts.map(({ torrent, sat: share, bytes: length, ...columns }) => {
      paidAfter += share;
      return {
        time: now,
        direction: 'received',
        cid: channel.cid,
        peer: account.peer,
        infoHash: (registry.torrentAt(torrent) ?? wire.torrent).infoHash,
        paidAfter: satoshi(paidAfter),
        sat: satoshi(share),
        bytes: length,
        ...columns,
      };
    });
  };

  const store = (account: PayeeAccount, channel: Incoming, one: Held): void => {
    const record = book.channel(channel.cid);
    if (record === undefined) return;
    const { paid, signature } = one.claim;
    const backlog = backlogOf(account);
    const now = clock.now();
    const gained = paid - channel.paid;
    // Its own count, but a count of what it paid for: at the lowest price no more than this.
    const bytes = Math.min(one.claim.bytes, account.claimedBytes + gained * MIB);
    const batches = batchesOf(account, channel, one, now);
    channel.paid = paid;
    account.claimedBytes = Math.max(account.claimedBytes, bytes);
    account.activeAt = now;
    const before = book.account('payee', account.peer);
    backlog.unstored += 1;
    const written = book.write({
      batches,
      channels: [{ ...record, paid, bytes, signature, ackedPaid: paid, updatedAt: now }],
      accounts: [accountRecord(account, before, gained, now)],
    });
    void written.then(() => {
      backlog.unstored -= 1;
      const blocks = batches.reduce((sum, { lengths }) => sum + lengths.length, 0);
      income.booked(blocks, one.cameAt, clock.now());
      honour(account, channel, paid);
      one.after?.();
      release(account, backlog);
    });
  };

  /** What was held is written down in the same turn, before anyone takes the book for idle. */
  const release = (account: PayeeAccount, backlog: Backlog): void => {
    for (const [cid, one] of backlog.held) {
      if (backlog.unstored >= UNSTORED_PAYMENTS_MAX) return;
      backlog.held.delete(cid);
      const channel = account.channels.get(cid);
      if (channel !== undefined) store(account, channel, one);
    }
  };

  return {
    take(account, channel, wire, claim, after) {
      const { paid, signature } = claim;
      const cameAt = clock.now();
      if (paid <= channel.paid) return 'stale';
      if (paid >= channel.capacity) return 'over-capacity';
      if (!channel.verifier.verify(paid, signature)) return 'bad-signature';
      if (book.channel(channel.cid) === undefined) return 'stale';
      const backlog = backlogOf(account);
      if (backlog.unstored < UNSTORED_PAYMENTS_MAX) {
        store(account, channel, { wire, claim, cameAt, after: after ?? null });
        return 'taken';
      }
      const held = backlog.held.get(channel.cid);
      const best = held !== undefined && held.claim.paid >= paid ? held : { wire, claim, cameAt };
      backlog.held.set(channel.cid, { ...best, after: after ?? held?.after ?? null });
      return 'held';
    },
  };
};
