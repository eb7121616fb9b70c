import type { ChannelRecord } from '../../shared/ports/ledger.ts';
import type { ChannelId } from '../../shared/units.ts';
import { spenderOf } from '../channel-spender.ts';
import type { Context } from '../context.ts';
import { eachInTurn } from '../each.ts';
import type { ChannelSpend } from '../transactions.ts';
import type { Homecoming } from './homecoming.ts';

/** Statuses of ARC for a transaction that the network has no more, or not in its best chain. */
const GONE = new Set(['REJECTED', 'MINED_IN_STALE_BLOCK']);

/** Keeps an eye on ended channels until a block holds what has spent them. */
export interface Finality {
  /** One look at each: brings home what came instead, reopens what is unspent again. */
  tick(): Promise<void>;
}

/**
 * A settlement or a refund may yet be replaced by another, or vanish with what it rests on. The
 * wallet's own list of channel outputs says which are not final: it survives every restart.
 */
export const createFinality = (
  context: Context,
  homecoming: Homecoming,
  hooks: {
    /** Writes down that the channel has ended with another transaction than was thought. */
    readonly onReplaced: (record: ChannelRecord, spend: ChannelSpend) => Promise<ChannelRecord>;
    /** The channel is to be settled or refunded again. */
    readonly onReopened: (record: ChannelRecord) => void;
  },
): Finality => {
  const { book, chain, wallet, clock } = context;
  /** What this session has brought home already, by channel. */
  const home = new Map<ChannelId, string>();

  const isGone = async ({ closingTxid }: ChannelRecord): Promise<boolean> => {
    if (closingTxid === null) return true;
    const status = await chain.status(closingTxid);
    return status.ok ? GONE.has(status.value.status) : status.error.code === 'not-found';
  };

  const reopen = async (record: ChannelRecord): Promise<void> => {
    home.delete(record.cid);
    const open: ChannelRecord = {
      ...record,
      status: 'closing',
      closingTxid: null,
      closingFee: null,
      updatedAt: clock.now(),
      note: 'The network has dropped the transaction that ended it. The payee is asked again, or the money comes back at the refund time.',
    };
    await book.write({ channels: [open] });
    hooks.onReopened(open);
  };

  const look = async (record: ChannelRecord): Promise<void> => {
    const spend = await spenderOf(chain, record);
    if (spend === 'unknown') return;
    if (spend === null) {
      if (await isGone(record)) await reopen(record);
      return;
    }
    const { cid, closingTxid } = record;
    const isReplaced = spend.txid !== closingTxid;
    const current = isReplaced ? await hooks.onReplaced(record, spend) : record;
    if (home.get(cid) !== spend.txid && !(await homecoming.bring(current, spend))) return;
    home.set(cid, spend.txid);
    await homecoming.release(current, spend.txid);
  };

  return {
    async tick() {
      const listed = await wallet.listChannelOutputs();
      if (!listed.ok) return;
      const present = new Set(listed.value.map(({ txid, vout }) => `${txid}.${vout}`));
      await eachInTurn(context, book.channels(), async (record) => {
        const { role, status, fundingTxid, vout } = record;
        const hasEnded = status === 'settled' || status === 'refunded';
        if (role !== 'payer' || !hasEnded || fundingTxid === null) return;
        if (present.has(`${fundingTxid}.${vout}`)) await look(record);
      });
    },
  };
};
