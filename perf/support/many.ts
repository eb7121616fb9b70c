import type { Transfer } from '../pages/node-page.ts';
import type { AppNode } from './nodes.ts';
import { megabytesPerSecond } from './stats.ts';

/** Bytes a second of downloads that run side by side: first block of any to last piece of all. */
export const jointSpeed = (transfers: readonly Transfer[]): number => {
  const bytes = transfers.reduce((sum, one) => sum + one.bytes, 0);
  const from = Math.min(...transfers.map(({ origin, firstBlockAt }) => origin + firstBlockAt));
  const to = Math.max(...transfers.map(({ origin, completeAt }) => origin + completeAt));
  return megabytesPerSecond(bytes, to - from);
};

/** Satoshi paid for each title, as the ledger has it. */
export const paidByTitle = async (node: AppNode): Promise<ReadonlyMap<string, number>> => {
  const { torrents } = await node.snapshot();
  return new Map(torrents.map(({ infoHash, paidSat }) => [infoHash, paidSat]));
};
