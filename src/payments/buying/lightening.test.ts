import { describe, expect, it } from 'vitest';
import { MAX_FUNDING_BYTES } from '../../protocol/limits.ts';
import { channelOf } from '../../ledger/testing/records.ts';
import { fail, ok } from '../../shared/result.ts';
import { createPaperBook } from '../testing/paper-book.ts';
import { lighten } from './lightening.ts';

const HEAVY = new Uint8Array(MAX_FUNDING_BYTES + 1);
const LIGHT = new Uint8Array(500);

const start = (funding: Uint8Array) => {
  const record = channelOf(1, { role: 'payer', funding });
  const book = createPaperBook();
  book.admit(record);
  const shownOn: number[] = [];
  const account = { wires: new Set([{ id: 7 }]) };
  const desk = {
    find: () => account as never,
    offerOn: (_account: unknown, wire: { readonly id: number }) => void shownOn.push(wire.id),
  };
  return { record, book, shownOn, desk };
};

describe('a funding that is more than an offer may carry', () => {
  it('is shown with its own proof once it is mined', async () => {
    const { record, book, shownOn, desk } = start(HEAVY);
    await lighten({ book, chain: { beef: async () => ok(LIGHT) } as never }, desk, record);
    expect(book.channel(record.cid)?.funding).toEqual(LIGHT);
    expect(shownOn).toEqual([7]);
  });

  it.each([
    ['is not mined', ok(HEAVY)],
    ['cannot be asked for', fail('network', 'no')],
  ])('stays as it is while it %s', async (_why, answer) => {
    const { record, book, shownOn, desk } = start(HEAVY);
    await lighten({ book, chain: { beef: async () => answer } as never }, desk, record);
    expect(book.channel(record.cid)).toEqual(record);
    expect(shownOn).toEqual([]);
  });

  it('is what a usual one is not', async () => {
    const { record, book, shownOn, desk } = start(LIGHT);
    const asked: string[] = [];
    const beef = async (txid: string) => ok((asked.push(txid), LIGHT));
    await lighten({ book, chain: { beef } as never }, desk, record);
    expect([asked, shownOn]).toEqual([[], []]);
  });
});
