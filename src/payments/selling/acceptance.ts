import { Transaction } from '@bsv/sdk';
import { sameBytes } from '../../channel/bytes.ts';
import { checkFunding } from '../../channel/funding.ts';
import { payeePrivateKey } from '../../channel/keys.ts';
import { createUpdateVerifier } from '../../channel/update.ts';
import type { WireErrorCode } from '../../protocol/errors.ts';
import { proofOf } from '../../network/proof.ts';
import { MAX_CHANNELS_PER_PEER } from '../../protocol/limits.ts';
import type { Open, OpenOk } from '../../protocol/messages.ts';
import { CHANNEL_LIFETIME_MAX_S } from '../../protocol/policy.ts';
import type { ChannelRecord } from '../../shared/ports/ledger.ts';
import { isBeef } from '../../shared/transaction-bytes.ts';
import { satoshi, type TxId } from '../../shared/units.ts';
import type { Context } from '../context.ts';
import type { WireEntry } from '../wires/registry.ts';
import type { PayeeAccount } from './account.ts';
import { hasPlainScripts } from './plain-scripts.ts';

export type Accepted =
  | {
      readonly ok: true;
      readonly record: ChannelRecord;
      readonly status: OpenOk['status'];
    }
  | { readonly ok: false; readonly code: WireErrorCode; readonly detail: string };

const no = (code: WireErrorCode, detail: string): Accepted => ({ ok: false, code, detail });

/** What of an `open` can be judged without touching its funding transaction. */
const objection = (
  context: Context,
  account: PayeeAccount,
  wire: WireEntry,
  open: Open,
): Accepted | null => {
  const now = Math.floor(context.clock.now() / 1000);
  const terms = wire.offered.find(({ termsId }) => termsId === open.termsId);
  if (terms === undefined) return no('bad-terms', 'These terms were never offered.');
  if (terms.validUntil < now) return no('terms-expired', 'These terms have expired.');
  if (open.capacity < terms.minCapacity) {
    return no('capacity-too-small', `At least ${terms.minCapacity} satoshi are needed.`);
  }
  if (open.refundAt < now + terms.minLifetime) {
    return no('refund-too-early', 'The refund time is too near.');
  }
  if (open.refundAt > now + CHANNEL_LIFETIME_MAX_S) {
    return no('bad-terms', 'The refund time is too far away.');
  }
  if (account.channels.size >= MAX_CHANNELS_PER_PEER) {
    return no('too-many', `${MAX_CHANNELS_PER_PEER} channels are open already.`);
  }
  return null;
};

const parse = (funding: Uint8Array): Transaction | null => {
  if (!isBeef(funding)) return null;
  try {
    return Transaction.fromAtomicBEEF(funding);
  } catch {
    return null;
  }
};

/** Checks a stranger's channel: keys, script, first signature, proofs, and that the network has it. */
export const acceptChannel = async (
  context: Context,
  account: PayeeAccount,
  wire: WireEntry,
  open: Open,
): Promise<Accepted> => {
  const { book, chain, curve, keys, clock } = context;
  const { cid, capacity, refundAt, payerKey, vout, funding, paid, signature } = open;
  if (book.channel(cid) !== undefined) return no('duplicate-channel', 'The channel id is taken.');
  const problem = objection(context, account, wire, open);
  if (problem !== null) return problem;

  const tx = parse(funding);
  if (tx === null) return no('bad-funding', 'The funding transaction cannot be read.');
  const payeeKey = curve.publicKey(payeePrivateKey(keys.keyDeriver, cid, account.peer));
  if (sameBytes(payerKey, payeeKey)) return no('bad-funding', 'Both keys are the same.');
  const expected = { payerKey, payeeKey, refundAt, capacity };
  const output = checkFunding({ tx, vout, expected });
  if (!output.ok) return no('bad-funding', output.error.message);
  if (!createUpdateVerifier(curve, output.value).verify(paid, signature)) {
    return no('bad-signature', 'The first signature is not valid.');
  }
  if (!hasPlainScripts(tx)) {
    return no('bad-funding', 'The funding spends coins of a kind that is not checked here.');
  }
  try {
    if (!(await tx.verify(chain.tracker))) return no('bad-funding', 'The proofs are not valid.');
  } catch (error) {
    return no('bad-funding', error instanceof Error ? error.message : 'The proofs are not valid.');
  }

  const seen = await reach(context, tx);
  if ('code' in seen) return no(seen.code, seen.detail);
  const { fundingTxid } = output.value;
  // One that is mined may have been settled before: this wallet may be a restored one, and not know it.
  if (seen.status === 'mined') {
    const spender = await chain.spentBy(fundingTxid, vout);
    if (!spender.ok) return no('funding-unseen', spender.error.message);
    if (spender.value !== null) return no('funding-double-spent', 'The channel is spent already.');
  }
  const now = clock.now();
  return {
    ok: true,
    status: seen.status,
    record: {
      cid,
      role: 'payee',
      peer: account.peer,
      status: 'open',
      capacity,
      refundAt,
      payerKey,
      payeeKey,
      fundingTxid,
      vout,
      funding,
      paid: satoshi(0),
      bytes: 0,
      signature,
      ackedPaid: satoshi(0),
      openedAt: now,
      updatedAt: now,
      closingTxid: null,
      closingFee: null,
      note: null,
    },
  };
};

type Seen =
  { readonly status: OpenOk['status'] } | { readonly code: WireErrorCode; readonly detail: string };

/** Sends the funding ourselves: that nobody else did is the payer's word against the network's. */
const reach = async (context: Context, tx: Transaction): Promise<Seen> => {
  if (tx.merklePath !== undefined) return { status: 'mined' };
  const sent = await context.chain.broadcast(tx);
  if (!sent.ok) {
    const { code, message } = sent.error;
    return code === 'double-spend'
      ? { code: 'funding-double-spent', detail: message }
      : { code: 'funding-unseen', detail: message };
  }
  const { txid, status } = sent.value;
  if (status === 'MINED') return { status: (await isMined(context, txid)) ? 'mined' : 'seen' };
  return status === 'SEEN_ON_NETWORK'
    ? { status: 'seen' }
    : { code: 'funding-unseen', detail: `The network says ${status}.` };
};

/** Whether a funding transaction is mined, as its proof shows. */
export const isMined = async ({ chain }: Context, txid: TxId): Promise<boolean> =>
  (await proofOf(chain, txid)) !== undefined;
