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

/**
 * Channels whose funding was under way when the last session ended: the wallet knows whether the
 * transaction was made. @returns those that turn out to be open.
 */
export const recoverOpening = async (context: Context): Promise<readonly ChannelRecord[]> => {
  const { book, wallet, chain, clock } = context;
  const lost = [...book.channels()].filter(
    ({ role, status, fundingTxid }) =>
      role === 'payer' && fundingTxid === null && (status === 'opening' || status === 'failed'),
  );
  if (lost.length === 0) return [];
  const listed = await wallet.listChannelOutputs();
  if (!listed.ok) return [];
  const outputs = new Map(listed.value.map((one) => [readInstructions(one)?.cid, one]));
  const found: ChannelRecord[] = [];
  for (const record of lost) {
    const output = outputs.get(record.cid);
    const now = clock.now();
    if (output === undefined) {
      if (record.status === 'failed') continue;
      const note = 'The funding transaction was never made.';
      await book.write({ channels: [{ ...record, status: 'failed', note, updatedAt: now }] });
      continue;
    }
    const funding = await chain.beef(output.txid);
    if (!funding.ok) continue;
    const { txid: fundingTxid, vout } = output;
    const open: ChannelRecord = {
      ...record,
      status: 'open',
      fundingTxid,
      vout,
      funding: funding.value,
      note: null,
      updatedAt: now,
    };
    await book.write({ channels: [open] });
    found.push(open);
  }
  return found;
};

/** The channel behind an output, as far as it can be told without the ledger: nothing paid yet. */
const rebuild = async (
  { keys, chain, clock, book }: Context,
  output: ChannelOutputView,
  { cid, payee, refundAt }: Instructions,
): Promise<ChannelRecord | null> => {
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
  const tx = Transaction.fromAtomicBEEF(funding.value);
  const script = tx.outputs[output.vout]?.lockingScript.toUint8Array();
  const fits = script !== undefined && sameBytes(script, channelLockingScript(record));
  return fits ? record : null;
};

/**
 * Channels that the wallet holds and the ledger does not know: the ledger was lost, or a backup was
 * made just when they were opened. @returns those that are open again.
 */
export const recoverForgotten = async (context: Context): Promise<readonly ChannelRecord[]> => {
  const { book, wallet } = context;
  const listed = await wallet.listChannelOutputs();
  if (!listed.ok) return [];
  const found: ChannelRecord[] = [];
  for (const output of listed.value) {
    const instructions = readInstructions(output);
    if (instructions === null || book.channel(instructions.cid) !== undefined) continue;
    const record = await rebuild(context, output, instructions).catch(() => null);
    if (record === null) continue;
    await book.write({ channels: [record] });
    found.push(record);
  }
  return found;
};
