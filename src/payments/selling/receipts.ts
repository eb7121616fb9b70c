import type { Pay, Resume } from '../../protocol/messages.ts';
import { bytesFor } from '../../protocol/pricing.ts';
import type { BatchRecord } from '../../shared/ports/ledger.ts';
import { satoshi, type Satoshi } from '../../shared/units.ts';
import { cutPaid } from '../batcher/cut.ts';
import type { Context } from '../context.ts';
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

export type Verdict = 'taken' | 'stale' | 'over-capacity' | 'bad-signature';

/** Takes a payer's better states in: verified, attributed to blocks, and durable before they count. */
export interface Receipts {
  /** Judges at once; `onDurable` runs when a taken state is on disk. */
  take(
    account: PayeeAccount,
    channel: Incoming,
    wire: WireEntry,
    state: Pick<Pay | Resume, 'paid' | 'bytes' | 'signature'>,
    onDurable: () => void,
  ): Verdict;
}

export const createReceipts = ({ book, clock, registry }: Context): Receipts => ({
  take(account, channel, wire, { paid, bytes, signature }, onDurable) {
    if (paid <= channel.paid) return 'stale';
    if (paid >= channel.capacity) return 'over-capacity';
    if (!channel.verifier.verify(paid, signature)) return 'bad-signature';
    const record = book.channel(channel.cid);
    if (record === undefined) return 'stale';
    const now = clock.now();
    const sat = satoshi(paid - channel.paid);
    const claimed = believable(account, bytes, sat);
    const parts = cutPaid(account.sent, { sat, bytes: claimed, torrent: wire.torrent.index, now });
    let paidAfter: number = channel.paid;
    const batches = parts.map((part): BatchRecord => {
      const { torrent, sat: share, bytes: length, ...columns } = part;
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
    channel.paid = paid;
    account.claimedBytes = Math.max(account.claimedBytes, bytes);
    account.activeAt = now;
    const before = book.account('payee', account.peer);
    void book
      .write({
        batches,
        channels: [{ ...record, paid, bytes, signature, ackedPaid: paid, updatedAt: now }],
        accounts: [accountRecord(account, before, sat, now)],
      })
      .then(onDurable);
    return 'taken';
  },
});
