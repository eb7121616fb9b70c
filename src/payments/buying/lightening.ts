import type { ChannelRecord } from '../../shared/ports/ledger.ts';
import type { Context } from '../context.ts';
import { isTooHeavy } from './ancestry.ts';
import type { Desk } from './desk.ts';

/**
 * Makes a channel's funding small enough to be shown, and shows it: once it is mined, its own proof
 * stands for all that it rests on. Does nothing to one that can be shown as it is.
 */
export const lighten = async (
  { book, chain }: Pick<Context, 'book' | 'chain'>,
  desk: Pick<Desk, 'find' | 'offerOn'>,
  record: ChannelRecord,
): Promise<void> => {
  const { cid, fundingTxid, peer } = record;
  if (fundingTxid === null || !isTooHeavy(record)) return;
  const beef = await chain.beef(fundingTxid);
  const current = book.channel(cid);
  if (!beef.ok || current === undefined || isTooHeavy({ funding: beef.value })) return;
  await book.write({ channels: [{ ...current, funding: beef.value }] });
  const account = desk.find(peer);
  for (const wire of account?.wires ?? []) if (account !== null) desk.offerOn(account, wire);
};
