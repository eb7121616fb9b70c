import { Transaction } from '@bsv/sdk';
import { describe, expect, it } from 'vitest';
import type { ChannelRecord, Commit, OutboxRecord } from '../../shared/ports/ledger.ts';
import type { Failure } from '../../shared/result.ts';
import { channelId, identityKey, satoshi, txId, type TxId } from '../../shared/units.ts';
import type { Context } from '../context.ts';
import { createRefusal } from './refusal.ts';

const BATCH = txId('aa'.repeat(32));
const FUNDING = txId('bb'.repeat(32));
const RIVAL = txId('cc'.repeat(32));
const CID = channelId('11'.repeat(16));

const channel = (change: Partial<ChannelRecord> = {}): ChannelRecord => ({
  cid: CID,
  role: 'payee',
  peer: identityKey(`02${'22'.repeat(32)}`),
  status: 'settled',
  capacity: satoshi(5_000),
  refundAt: 2_000_000_000,
  payerKey: new Uint8Array(33),
  payeeKey: new Uint8Array(33),
  fundingTxid: FUNDING,
  vout: 0,
  funding: null,
  paid: satoshi(700),
  bytes: 16_384,
  signature: new Uint8Array(70),
  ackedPaid: satoshi(700),
  openedAt: 0,
  updatedAt: 0,
  closingTxid: BATCH,
  closingFee: satoshi(9),
  note: null,
  ...change,
});
const entry = (txid: TxId, status: string): OutboxRecord => ({
  txid,
  kind: 'settlement',
  tx: new Uint8Array(),
  cids: [CID],
  status,
  attempts: 1,
  createdAt: 0,
  updatedAt: 0,
});

/** The books of one channel; `spender` is what the chain says has spent it, mined. */
const open = (
  record: ChannelRecord,
  spender: TxId | null,
  entries: readonly OutboxRecord[] = [],
) => {
  const channels = new Map([[record.cid, record]]);
  const outbox = new Map(entries.map((one) => [one.txid, one]));
  const context = {
    book: {
      channel: (cid: typeof CID) => channels.get(cid),
      channels: () => channels.values(),
      outbox: () => outbox.values(),
      async write(commit: Commit) {
        for (const one of commit.channels ?? []) channels.set(one.cid, one);
        for (const one of commit.outbox ?? []) outbox.set(one.txid, one);
      },
    },
    clock: { now: () => 5 },
  } as unknown as Context;
  const refused = createRefusal(context, async () =>
    spender === null
      ? null
      : { txid: spender, tx: new Transaction(), vin: 0, change: null, fee: null },
  );
  return { refused, channel: () => channels.get(CID), entry: (txid: TxId) => outbox.get(txid) };
};

const dropped: Failure = { code: 'double-spend', message: 'An input was spent elsewhere.' };

describe('a settlement that the network drops', () => {
  it('after it had it is made anew: another coin of the batch was the one that was spent', async () => {
    const { refused, channel: now } = open(channel(), null);
    await refused(entry(BATCH, 'REJECTED'), dropped);
    expect(now()).toMatchObject({ status: 'closing', closingTxid: null, paid: 700 });
  });

  it('leaves alone what was settled by another one', async () => {
    const settled = channel({ closingTxid: RIVAL });
    const { refused, channel: now } = open(settled, null);
    await refused(entry(BATCH, 'REJECTED'), dropped);
    expect(now()).toBe(settled);
  });

  it('is lost when the payer took the money back', async () => {
    for (const status of ['settled', 'closing'] as const) {
      const { refused, channel: now } = open(channel({ status }), RIVAL);
      await refused(entry(BATCH, 'REJECTED'), dropped);
      expect(now()).toMatchObject({ status: 'refunded', closingTxid: RIVAL });
    }
  });

  it('is settled when an earlier one of ours is mined, whose payout is looked for again', async () => {
    const opened = open(channel({ status: 'closing' }), RIVAL, [entry(RIVAL, 'REJECTED')]);
    await opened.refused(entry(BATCH, 'REJECTED'), dropped);
    expect(opened.channel()).toMatchObject({ status: 'settled', closingTxid: RIVAL, note: null });
    expect(opened.entry(RIVAL)).toMatchObject({ status: 'SEEN_ON_NETWORK' });
  });

  it('for another reason is only made anew', async () => {
    const { refused, channel: now } = open(channel({ status: 'closing' }), RIVAL);
    await refused(entry(BATCH, 'REJECTED'), { code: 'rejected', message: 'Fee too low.' });
    expect(now()).toMatchObject({ status: 'closing', closingTxid: null, note: 'Fee too low.' });
  });
});
