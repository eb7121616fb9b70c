import { describe, expect, it } from 'vitest';
import { openMemoryLedger, type WriteFate } from '../ledger/memory.ts';
import { systemClock, type Clock } from '../shared/clock.ts';
import type { ChannelRecord } from '../shared/ports/ledger.ts';
import { channelId, identityKey, satoshi } from '../shared/units.ts';
import { openBook, type Committed } from './book.ts';
import { createSteppedClock, turn } from './testing/stepped-clock.ts';

const record = (digit: string, paid: number): ChannelRecord => ({
  cid: channelId(digit.repeat(32)),
  role: 'payer',
  peer: identityKey(`02${'ab'.repeat(32)}`),
  status: 'open',
  capacity: satoshi(2_000),
  refundAt: 2_000_000_000,
  payerKey: new Uint8Array(33),
  payeeKey: new Uint8Array(33),
  fundingTxid: null,
  vout: 0,
  funding: null,
  paid: satoshi(paid),
  bytes: 0,
  signature: new Uint8Array(0),
  ackedPaid: satoshi(0),
  openedAt: 1,
  updatedAt: 1,
  closingTxid: null,
  closingFee: null,
  note: null,
});

/** Timers that run at once. */
const hasty: Clock = {
  now: systemClock.now,
  after: (_ms, task) => {
    const timer = setImmediate(task);
    return () => clearImmediate(timer);
  },
};

const open = async (fate: (index: number) => WriteFate = () => 'kept', clock = hasty) => {
  const ledger = await openMemoryLedger({ fate });
  const written: Committed[] = [];
  const problems: (string | null)[] = [];
  const book = await openBook({
    ledger,
    clock,
    onCommitted: (one) => written.push(one),
    onProblem: () => problems.push(book.problem()),
  });
  return { ledger, book, written, problems };
};

describe('the book', () => {
  it('shows a record at once and says when it is durable', async () => {
    const { ledger, book } = await open();
    const durable = book.write({ channels: [record('a', 5)] });
    expect(book.channel(channelId('a'.repeat(32)))?.paid).toBe(5);
    expect(await ledger.channels()).toEqual([]);
    await durable;
    expect(await ledger.channels()).toHaveLength(1);
  });

  it('writes together what comes together, the last record of each channel', async () => {
    const { book, written } = await open();
    await Promise.all([
      book.write({ channels: [record('a', 1)] }),
      book.write({ channels: [record('b', 1)] }),
      book.write({ channels: [record('a', 2)] }),
    ]);
    expect(written.map(({ channels }) => channels.map(({ paid }) => paid))).toEqual([[2, 1]]);
  });

  it('writes at once after a pause, and gathers what comes close together', async () => {
    const clock = createSteppedClock();
    const { book, written } = await open(undefined, clock);
    const totals = () => written.map(({ channels }) => channels.map(({ paid }) => paid));
    await book.write({ channels: [record('a', 1)] });
    await clock.advance(1_000);
    await book.write({ channels: [record('a', 2)] });
    void book.write({ channels: [record('a', 3)] });
    await turn();
    void book.write({ channels: [record('b', 4)] });
    await turn();
    expect(totals()).toEqual([[1], [2]]);
    await clock.advance(10);
    expect(totals()).toEqual([[1], [2], [3, 4]]);
  });

  it('does not wait for a clock that was set back', async () => {
    const clock = createSteppedClock();
    let back = 0;
    const { book, written } = await open(undefined, {
      now: () => clock.now() - back,
      after: (ms, task) => clock.after(ms, task),
    });
    await book.write({ channels: [record('a', 1)] });
    back = 3_600_000;
    void book.write({ channels: [record('a', 2)] });
    await clock.advance(10);
    expect(written).toHaveLength(2);
  });

  it('keeps what could not be written, and later writes wait for it', async () => {
    let failures = 3;
    const { ledger, book, written, problems } = await open(() =>
      (failures -= 1) >= 0 ? 'quota' : 'kept',
    );
    const order: string[] = [];
    const first = book.write({ channels: [record('a', 1)] }).then(() => order.push('first'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(book.problem()).not.toBeNull();
    const second = book.write({ channels: [record('a', 2)] }).then(() => order.push('second'));
    await Promise.all([first, second]);
    expect(order).toEqual(['first', 'second']);
    expect(book.problem()).toBeNull();
    expect(written).toHaveLength(2);
    expect(problems).toEqual([expect.any(String), null]);
    expect((await ledger.channels())[0]?.paid).toBe(2);
  });

  it('gives an account of zeros to a stranger', async () => {
    const { book } = await open();
    const peer = identityKey(`03${'cd'.repeat(32)}`);
    expect(book.account('payee', peer)).toMatchObject({ role: 'payee', peer, paid: 0, bytes: 0 });
  });
});
