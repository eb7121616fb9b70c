import type {
  AccountRecord,
  BatchRecord,
  ChannelRecord,
  Commit,
  OutboxRecord,
} from '../../shared/ports/ledger.ts';
import type { ChannelRole } from '../../shared/ports/payments.ts';
import {
  channelId,
  identityKey,
  infoHash,
  satoshi,
  txId,
  type ChannelId,
  type IdentityKey,
  type InfoHash,
} from '../../shared/units.ts';

/** Records of tests, told apart by small numbers. */

const hexOf = (n: number, digits: number): string => n.toString(16).padStart(digits, '0');
export const cidOf = (n: number): ChannelId => channelId(hexOf(n, 32));
export const peerOf = (n: number): IdentityKey => identityKey(`02${hexOf(n, 64)}`);
export const hashOf = (n: number): InfoHash => infoHash(hexOf(n, 40));

export const channelOf = (
  n: number,
  parts: Partial<ChannelRecord> & { readonly role: ChannelRole },
): ChannelRecord => ({
  cid: cidOf(n),
  peer: peerOf(n),
  status: 'open',
  capacity: satoshi(1_000_000_000),
  refundAt: 1_900_000_000,
  payerKey: new Uint8Array(33).fill(2),
  payeeKey: new Uint8Array(33).fill(3),
  fundingTxid: txId(hexOf(n, 64)),
  vout: 0,
  funding: Uint8Array.from({ length: 300 }, (_, i) => (i * n) % 256),
  paid: satoshi(0),
  bytes: 0,
  signature: new Uint8Array(0),
  ackedPaid: satoshi(0),
  openedAt: 1,
  updatedAt: 1,
  closingTxid: null,
  closingFee: null,
  note: null,
  ...parts,
});

export const outboxOf = (n: number, parts: Partial<OutboxRecord> = {}): OutboxRecord => ({
  txid: txId(hexOf(n, 64)),
  kind: 'settlement',
  tx: new Uint8Array([1, 2, n]),
  cids: [cidOf(n)],
  status: 'queued',
  attempts: 0,
  createdAt: 1,
  updatedAt: 1,
  ...parts,
});

/** One payment: which channel, for what, the satoshi of each block. */
export interface Payment {
  /** Channel; 0 to 3 pay, from 4 on they are paid. Two channels have the same peer. */
  readonly channel: number;
  readonly torrent: number;
  readonly sats: readonly number[];
}

export const roleOfChannel = (channel: number): ChannelRole => (channel < 4 ? 'payer' : 'payee');
const peerOfChannel = (channel: number): number => Math.floor(channel / 2);

/**
 * Keeps books as the engine does: turns payments into commits whose batches, channel and account
 * agree with one another.
 */
export const createBooks = () => {
  const channels = new Map<number, ChannelRecord>();
  const accounts = new Map<string, AccountRecord>();
  let time = Date.UTC(2026, 0, 1);

  const pay = ({ channel, torrent, sats }: Payment): Commit => {
    time += 250;
    const role = roleOfChannel(channel);
    const peer = peerOf(peerOfChannel(channel));
    const sat = sats.reduce((sum, one) => sum + one, 0);
    const bytes = 16_384 * sats.length;
    const before = channels.get(channel) ?? channelOf(channel, { role, peer });
    const state: ChannelRecord = {
      ...before,
      paid: satoshi(before.paid + sat),
      bytes: before.bytes + bytes,
      signature: new Uint8Array(71).fill(sats.length),
      updatedAt: time,
    };
    channels.set(channel, state);
    const known = accounts.get(role + peer);
    const account: AccountRecord = {
      role,
      peer,
      costSat: satoshi((known?.costSat ?? 0) + sat),
      costRemainder: 0,
      bytes: (known?.bytes ?? 0) + bytes,
      paid: satoshi((known?.paid ?? 0) + sat),
      forgivenSat: satoshi(0),
      forgivenBytes: 0,
      updatedAt: time,
    };
    accounts.set(role + peer, account);
    const batch: BatchRecord = {
      time,
      direction: role === 'payer' ? 'sent' : 'received',
      cid: state.cid,
      peer,
      infoHash: hashOf(torrent),
      paidAfter: state.paid,
      sat: satoshi(sat),
      bytes,
      pieces: Uint32Array.from(sats, (_, i) => i),
      offsets: Uint32Array.from(sats, (_, i) => i * 16_384),
      lengths: Uint32Array.from(sats, () => 16_384),
      sats: Uint32Array.from(sats),
      ages: Uint32Array.from(sats, (_, i) => i),
    };
    return { batches: [batch], channels: [state], accounts: [account] };
  };
  /** The channel with other fields, or null when nothing was paid on it yet. */
  const change = (channel: number, parts: Partial<ChannelRecord>): ChannelRecord | null => {
    const before = channels.get(channel);
    if (before === undefined) return null;
    const after = { ...before, ...parts };
    channels.set(channel, after);
    return after;
  };
  return { pay, change };
};
