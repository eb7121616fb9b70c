import { describe, expect, it, vi } from 'vitest';
import { CAPACITY, curve, payee, payer, REFUND_AT } from '../../channel/testing/fixtures.ts';
import { createUpdateSigner } from '../../channel/update.ts';
import type { ChannelRecord } from '../../shared/ports/ledger.ts';
import {
  channelId,
  identityKey,
  infoHash,
  MIB,
  satoshi,
  txId,
  wireId,
} from '../../shared/units.ts';
import { channelOutput } from '../channel-output.ts';
import type { Context } from '../context.ts';
import { createPaperBook } from '../testing/paper-book.ts';
import { createSteppedClock } from '../testing/stepped-clock.ts';
import { createRegistry } from '../wires/registry.ts';
import type { PayerAccount } from './account.ts';
import { createDesk } from './desk.ts';

const PEER = identityKey(`02${'ab'.repeat(32)}`);
const CID = channelId('12'.repeat(16));
const PAID = satoshi(700);

const record: ChannelRecord = {
  cid: CID,
  role: 'payer',
  peer: PEER,
  status: 'open',
  capacity: CAPACITY,
  refundAt: REFUND_AT,
  payerKey: payer.publicKey,
  payeeKey: payee.publicKey,
  fundingTxid: txId('bb'.repeat(32)),
  vout: 0,
  funding: new Uint8Array(0),
  paid: satoshi(100),
  bytes: MIB,
  signature: new Uint8Array(0),
  ackedPaid: satoshi(100),
  openedAt: 0,
  updatedAt: 0,
  closingTxid: null,
  closingFee: null,
  note: null,
};

/** A desk with one payee on one wire, and the channel of {@link record}. */
const open = () => {
  const book = createPaperBook();
  book.admit(record);
  const registry = createRegistry();
  const torrent = registry.torrent(infoHash('c'.repeat(40)));
  const rests: (() => void)[] = [];
  const rested: PayerAccount[] = [];
  const context = { book, curve, registry, clock: createSteppedClock(), send: () => undefined };
  const desk = createDesk(context as unknown as Context, {
    wake: () => undefined,
    rested: (one) => void rested.push(one),
    rest: () => new Promise((resolve) => rests.push(resolve)),
    flush: () => undefined,
    review: () => undefined,
    restore: () => undefined,
    settled: () => undefined,
    notSettled: () => undefined,
    close: () => undefined,
  });
  const account = desk.account(PEER);
  account.wires.add({ id: wireId(1), torrent } as never);
  desk.apply(account, { type: 'bound', wire: wireId(1) });
  desk.admit(account, record);
  const output = channelOutput(record);
  if (output === null) throw new Error('the channel is funded');
  const signer = createUpdateSigner(curve, output, payer.privateKey);
  const resume = (bytes: number, paid = PAID): void =>
    desk.apply(account, {
      type: 'message',
      wire: wireId(1),
      message: { type: 'resume', cid: CID, paid, bytes, signature: signer.sign(paid) },
    });
  return { book, account, rests, rested, resume };
};

describe('our own signature over more than we remember', () => {
  it('is taken up when what is being written just then is on the disk', async () => {
    const { book, account, rests, rested, resume } = open();
    account.busy = true;
    resume(2 * MIB);
    await vi.waitFor(() => expect(rests).toHaveLength(1));
    expect(book.channel(CID)?.paid).toBe(100);
    account.busy = false;
    rests[0]?.();
    await vi.waitFor(() => expect(book.batches).toHaveLength(1));
    // Who waits until nothing is being written hears of it.
    await vi.waitFor(() => expect(rested).toEqual([account]));
    expect(book.channel(CID)).toMatchObject({ paid: PAID, ackedPaid: PAID, bytes: 2 * MIB });
    expect(book.account('payer', PEER).paid).toBe(PAID - 100);
  });

  it('is taken up once, and for no more bytes than it can have bought', async () => {
    const { book, resume } = open();
    resume(Number.MAX_SAFE_INTEGER);
    resume(Number.MAX_SAFE_INTEGER);
    resume(Number.MAX_SAFE_INTEGER, satoshi(PAID + 1));
    await vi.waitFor(() => expect(book.channel(CID)?.paid).toBe(PAID + 1));
    await vi.waitFor(() => expect(book.batches).toHaveLength(2));
    expect(book.batches).toMatchObject([
      { sat: PAID - 100, bytes: (PAID - 100) * MIB },
      { sat: 1, bytes: MIB },
    ]);
  });
});
