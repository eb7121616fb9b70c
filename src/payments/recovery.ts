import { Transaction } from '@bsv/sdk';
import { sameBytes } from '../channel/bytes.ts';
import { payeePublicKey } from '../channel/keys.ts';
import { channelLockingScript } from '../channel/script.ts';
import type { ChannelRecord } from '../shared/ports/ledger.ts';
import {
  channelId,
  identityKey,
  satoshi,
  type ChannelId,
  type IdentityKey,
} from '../shared/units.ts';
import type { Context } from './context.ts';
import { channelPayerPublicKey } from './wallet/channel-key.ts';
import type { ChannelOutputView } from './wallet/port.ts';

/** What the opener wrote beside the output. */
interface Instructions {
  readonly cid: ChannelId;
  readonly payee: IdentityKey;
  /** Unix seconds. */
  readonly refundAt: number;
}

interface Listed {
  readonly output: ChannelOutputView;
  readonly instructions: Instructions;
}

const readInstructions = ({ instructions }: ChannelOutputView): Instructions | null => {
  try {
    const { cid, payee, T } = JSON.parse(instructions) as Record<string, unknown>;
    if (typeof cid !== 'string' || typeof payee !== 'string') return null;
    if (typeof T !== 'number' || !Number.isSafeInteger(T) || T < 0) return null;
    return { cid: channelId(cid), payee: identityKey(payee), refundAt: T };
  } catch {
    return null;
  }
};

const isLost = ({ role, status, fundingTxid }: ChannelRecord): boolean =>
  role === 'payer' && fundingTxid === null && (status === 'opening' || status === 'failed');

/** Nobody holds on longer to a funding that was refused: its refund time is over by then. */
const RETURN_MS = 8 * 86_400_000;

/** Whether the funding of a channel has its output, where it says it is. */
const fitOf = (record: ChannelRecord): 'fits' | 'unfit' | 'unreadable' => {
  let tx: Transaction;
  try {
    tx = Transaction.fromAtomicBEEF(record.funding ?? new Uint8Array());
  } catch {
    return 'unreadable';
  }
  const output = tx.outputs[record.vout];
  const isHere =
    output?.satoshis === record.capacity &&
    sameBytes(output.lockingScript.toUint8Array(), channelLockingScript(record));
  return isHere ? 'fits' : 'unfit';
};

/** What became of the funding of one of these channels; null while that cannot be told. */
const recoverOpening = async (
  { book, chain, clock }: Context,
  record: ChannelRecord,
  output: ChannelOutputView | undefined,
): Promise<ChannelRecord | null> => {
  if (output === undefined) {
    if (record.status === 'failed') return record;
    const note = 'The funding transaction was never made.';
    const failed = { ...record, status: 'failed', note, updatedAt: clock.now() } as const;
    await book.write({ channels: [failed] });
    return failed;
  }
  const funding = await chain.beef(output.txid);
  if (!funding.ok) return null;
  const open: ChannelRecord = {
    ...record,
    status: 'open',
    fundingTxid: output.txid,
    vout: output.vout,
    funding: funding.value,
    note: null,
    updatedAt: clock.now(),
  };
  // A service that gives something else by mistake is asked again.
  if (fitOf(open) !== 'fits') return null;
  await book.write({ channels: [open] });
  return open;
};

/**
 * The channel behind an output, as far as it can be told without the ledger: nothing paid yet. Null
 * while the chain does not show its funding; unfit when the output is not the channel it says it is.
 */
const rebuild = async (
  { keys, chain, clock, book }: Context,
  output: ChannelOutputView,
  { cid, payee, refundAt }: Instructions,
): Promise<ChannelRecord | 'unfit' | null> => {
  const payeeKey = await payeePublicKey(keys.wallet, cid, payee);
  const funding = await chain.beef(output.txid);
  if (!payeeKey.ok || !funding.ok) return null;
  const now = clock.now();
  const record: ChannelRecord = {
    cid,
    role: 'payer',
    peer: payee,
    status: 'open',
    capacity: output.satoshis,
    refundAt,
    payerKey: Uint8Array.from(channelPayerPublicKey(keys, cid).encode(true) as number[]),
    payeeKey: payeeKey.value,
    fundingTxid: output.txid,
    vout: output.vout,
    funding: funding.value,
    paid: satoshi(0),
    bytes: book.account('payer', payee).bytes,
    signature: new Uint8Array(0),
    ackedPaid: satoshi(0),
    openedAt: now,
    updatedAt: now,
    closingTxid: null,
    closingFee: null,
    note: 'Found again in the wallet.',
  };
  const fit = fitOf(record);
  if (fit === 'unreadable') return null;
  return fit === 'fits' ? record : 'unfit';
};

/** Brings back channels whose funding the last session did not live to see. */
export interface Recovery {
  /**
   * Looks for them: those that were being opened, and those that the wallet holds and the ledger does
   * not know, as it was lost or a backup was made just when they were opened. What the chain does not
   * show yet is looked for again by the next call; the others cost nothing any more.
   */
  tick(): Promise<void>;
}

/** @param onFound is given every channel that is open again, once. */
export const createRecovery = (
  context: Context,
  onFound: (record: ChannelRecord) => void,
): Recovery => {
  const { book, wallet } = context;
  /** Channels of the last session that are not accounted for; this session's own are not among them. */
  const lost = new Set([...book.channels()].filter(isLost).map(({ cid }) => cid));
  const unfit = new Set<ChannelId>();
  let isDone = false;

  const findLost = async (outputs: ReadonlyMap<ChannelId, ChannelOutputView>): Promise<void> => {
    for (const cid of [...lost]) {
      const record = book.channel(cid);
      const outcome =
        record !== undefined && isLost(record)
          ? await recoverOpening(context, record, outputs.get(cid))
          : 'elsewhere';
      if (outcome === null) continue;
      lost.delete(cid);
      if (outcome !== 'elsewhere' && outcome.status === 'open') onFound(outcome);
    }
  };

  /** @returns whether all are accounted for. */
  const findForgotten = async (listed: readonly Listed[]): Promise<boolean> => {
    let all = true;
    for (const { output, instructions } of listed) {
      const { cid } = instructions;
      if (book.channel(cid) !== undefined || unfit.has(cid)) continue;
      const outcome = await rebuild(context, output, instructions).catch(() => 'unfit' as const);
      if (outcome === 'unfit') unfit.add(cid);
      else if (outcome === null) all = false;
      else {
        await book.write({ channels: [outcome] });
        onFound(outcome);
      }
    }
    return all;
  };

  /** A funding that was refused may still be on the chain after all; the wallet lists its output then. */
  const mayReturn = (record: ChannelRecord): boolean =>
    record.status === 'failed' &&
    isLost(record) &&
    context.clock.now() - record.updatedAt < RETURN_MS;

  const look = async (): Promise<void> => {
    const outputs = await wallet.listChannelOutputs();
    if (!outputs.ok) return;
    const listed = outputs.value.flatMap((output): Listed[] => {
      const instructions = readInstructions(output);
      return instructions === null ? [] : [{ output, instructions }];
    });
    for (const { instructions } of listed) {
      if (book.channel(instructions.cid)?.status === 'failed') lost.add(instructions.cid);
    }
    await findLost(new Map(listed.map(({ output, instructions }) => [instructions.cid, output])));
    const all = await findForgotten(listed);
    isDone = all && lost.size === 0;
  };

  let looking: Promise<void> | null = null;
  return {
    async tick() {
      if (isDone && ![...book.channels()].some(mayReturn)) return;
      looking ??= look().finally(() => {
        looking = null;
      });
      await looking;
    },
  };
};
