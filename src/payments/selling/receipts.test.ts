import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BLOCK_LENGTH,
  channelId,
  identityKey,
  infoHash,
  MIB,
  satoshi,
  wireId,
  type ChannelId,
} from '../../shared/units.ts';
import { createIncomeMeter } from '../income-meter.ts';
import { UNSTORED_PAYMENTS_MAX } from '../limits.ts';
import { createPaperBook } from '../testing/paper-book.ts';
import { createSteppedClock, turn } from '../testing/stepped-clock.ts';
import { createRegistry } from '../wires/registry.ts';
import { newPayeeAccount, type Incoming } from './account.ts';
import { createReceipts } from './receipts.ts';

const PAYER = identityKey(`03${'cd'.repeat(32)}`);
const CAPACITY = satoshi(100_000);
const PRICE = 1_088;
const none = new Uint8Array(0);
const GOOD = Uint8Array.of(1);

const setUp = () => {
  const book = createPaperBook();
  const clock = createSteppedClock();
  const registry = createRegistry();
  const wire = registry.open(
    {
      ...{ wire: wireId(1), infoHash: infoHash('a'.repeat(40)) },
      ...{ ourPeerId: none, theirPeerId: none, ourNonce: none, theirHello: none },
    },
    null,
  );
  const account = newPayeeAccount(book.account('payee', PAYER), 1, clock.now());
  const honoured = new Map<ChannelId, number[]>();
  const income = createIncomeMeter();
  const receipts = createReceipts({ book, clock, registry }, income, (_account, { cid }, paid) => {
    honoured.set(cid, [...(honoured.get(cid) ?? []), paid]);
  });
  const open = (digit: string): Incoming => {
    const cid = channelId(digit.repeat(32));
    book.admit({
      ...{ cid, role: 'payee', peer: PAYER, status: 'open', capacity: CAPACITY, refundAt: 2e9 },
      ...{ payerKey: none, payeeKey: none, fundingTxid: null, vout: 0, funding: null },
      ...{ paid: satoshi(0), bytes: 0, signature: none, ackedPaid: satoshi(0), openedAt: 1 },
      ...{ updatedAt: 1, closingTxid: null, closingFee: null, note: null },
    });
    const verifier = { verify: (_paid: number, signature: Uint8Array) => signature === GOOD };
    const channel = { cid, capacity: CAPACITY, verifier, paid: satoshi(0), closing: false };
    account.channels.set(cid, channel);
    return channel;
  };
  const pay = (channel: Incoming, paid: number, after?: () => void, signature = GOOD, bytes = 0) =>
    receipts.take(account, channel, wire, { paid: satoshi(paid), bytes, signature }, after);
  return { book, clock, income, account, wire, honoured, open, pay };
};

describe('payments that come while the disk is slow', () => {
  it('are written down up to a bound; of what comes beyond, the best counts', async () => {
    const { book, honoured, open, pay } = setUp();
    const channel = open('1');
    book.automatic = false;
    for (let paid = 1; paid <= 1_000; paid += 1) {
      expect(pay(channel, paid)).toBe(paid <= UNSTORED_PAYMENTS_MAX ? 'taken' : 'held');
    }
    expect(book.waiting).toBe(UNSTORED_PAYMENTS_MAX);
    expect(honoured.size).toBe(0);
    book.store(true);
    await turn();
    expect(book.waiting).toBe(1);
    book.store(true);
    await turn();
    expect(honoured.get(channel.cid)?.at(-1)).toBe(1_000);
    expect(book.channel(channel.cid)).toMatchObject({ paid: 1_000, signature: GOOD });
    expect(book.batches.reduce((sum, { sat }) => sum + sat, 0)).toBe(1_000);
  });

  it('are measured from their arrival to the disk', async () => {
    const { book, clock, income, account, wire, open, pay } = setUp();
    const channel = open('1');
    for (let i = 0; i < 3; i += 1) account.sent.push(wire.torrent.index, i, 0, 16, PRICE, 1);
    book.automatic = false;
    pay(channel, 51, undefined, GOOD);
    await clock.advance(7);
    expect(income.read()).toMatchObject({ payments: 0, events: 0 });
    book.store();
    await turn();
    expect(income.read()).toMatchObject({ payments: 1, events: 1, latencyP50: 7, latencyP99: 7 });
  });

  it('claim no more bytes than any price allows, so that later claims go on to count', async () => {
    const { book, account, open, pay } = setUp();
    const channel = open('1');
    pay(channel, 3, undefined, GOOD, Number.MAX_SAFE_INTEGER);
    expect(account.claimedBytes).toBe(3 * MIB);
    expect(book.channel(channel.cid)?.bytes).toBe(3 * MIB);
    pay(channel, 5, undefined, GOOD, 3 * MIB + 16_384);
    await turn();
    expect(account.claimedBytes).toBe(3 * MIB + 16_384);
    expect(book.channel(channel.cid)).toMatchObject({ paid: 5, bytes: 3 * MIB + 16_384 });
  });

  it('are still judged at once', () => {
    const { book, open, pay } = setUp();
    const channel = open('1');
    book.automatic = false;
    for (let paid = 1; paid <= UNSTORED_PAYMENTS_MAX; paid += 1) pay(channel, paid);
    expect(pay(channel, 500, undefined, none)).toBe('bad-signature');
    expect(pay(channel, CAPACITY)).toBe('over-capacity');
    expect(pay(channel, 3)).toBe('stale');
  });

  it('let a resumed channel go on once its state is on disk, whatever came after it', async () => {
    const { book, open, pay } = setUp();
    const channel = open('1');
    book.automatic = false;
    let resumed = 0;
    for (let paid = 1; paid <= UNSTORED_PAYMENTS_MAX; paid += 1) pay(channel, paid);
    pay(channel, 100, () => (resumed = channel.paid));
    pay(channel, 200);
    book.store(true);
    await turn();
    expect(resumed).toBe(0);
    book.store(true);
    await turn();
    expect(resumed).toBe(200);
  });

  it('add up to the best state of every channel, in any order', async () => {
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ channel: fc.nat(2), paid: fc.integer({ min: 1, max: 60_000 }) }),
      },
      fc.record({ sent: fc.integer({ min: 1, max: 20 }) }),
      fc.record({ store: fc.boolean() }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 150, size: 'max' }),
        fc.boolean(),
        async (steps, climbs) => {
          const { book, account, wire, honoured, open, pay } = setUp();
          const channels = ['1', '2', '3'].map(open);
          const best = [0, 0, 0];
          book.automatic = false;
          for (const one of steps) {
            if ('sent' in one) {
              for (let i = 0; i < one.sent; i += 1) {
                account.sent.push(wire.torrent.index, i, 0, BLOCK_LENGTH, PRICE, 1);
              }
            } else if ('store' in one) {
              book.store(one.store);
              await turn();
            } else {
              const channel = channels[one.channel];
              const before = best[one.channel] ?? 0;
              if (channel === undefined) continue;
              const paid = climbs ? before + 1 + (one.paid % 300) : one.paid;
              const verdict = pay(channel, paid);
              if (paid > before) expect(['taken', 'held']).toContain(verdict);
              best[one.channel] = Math.max(before, paid);
            }
            expect(book.waiting).toBeLessThanOrEqual(UNSTORED_PAYMENTS_MAX);
          }
          while (book.waiting > 0) {
            book.store(true);
            await turn();
          }
          for (const [at, { cid, paid }] of channels.entries()) {
            expect(paid).toBe(best[at]);
            expect(book.channel(cid)?.paid).toBe(best[at]);
            expect(honoured.get(cid)?.at(-1) ?? 0).toBe(best[at]);
            const own = book.batches.filter((batch) => batch.cid === cid);
            expect(own.reduce((sum, { sat }) => sum + sat, 0)).toBe(best[at]);
          }
        },
      ),
      { numRuns: 300 },
    );
  }, 60_000);
});
