import type { Chain } from './chain.ts';
import type { Coins } from './coins.ts';
import { COINBASE_MATURITY } from './policy.ts';
import type { TxRecord } from './records.ts';
import { checkFee, checkShape, isFinal, refuse, type Refusal } from './rules.ts';
import { checkScripts, isData } from './scripts.ts';
import { outpoint, type Tx, type TxOutput } from './transaction.ts';

/** Judgement on a transaction that is not known yet. */
export type Verdict =
  | { readonly kind: 'valid'; readonly fee: number }
  /** Its parents are unknown, but it brought what it claims to spend (extended format). */
  | { readonly kind: 'orphan' }
  /** ARC passes it on, and nodes turn it down. */
  | { readonly kind: 'rejected'; readonly reason: string }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

interface View {
  readonly chain: Chain;
  readonly coins: Coins;
  record(txid: string): TxRecord | undefined;
  satPerKb(): number;
}

export interface Judge {
  (tx: Tx): Verdict;
  /** Whether the next block could hold `tx`, as far as lock times go. */
  isFinal(tx: Tx): boolean;
}

const refused = (refusal: Refusal): Verdict => ({ kind: 'refused', refusal });

/**
 * Validation in the order in which ARC and then a node look: format, amounts, fee, scripts,
 * double spends (first seen wins), finality.
 */
export const createJudge = (view: View): Judge => {
  const sourceOf = (txid: string, vout: number): TxOutput | Refusal | undefined => {
    const parent = view.record(txid);
    if (parent === undefined) return undefined;
    const output = parent.tx.outputs[vout];
    if (output === undefined || isData(output.script)) {
      return refuse(462, `outpoint ${txid}:${vout} does not exist`);
    }
    return output;
  };

  const matures = (txid: string, vout: number): boolean => {
    const coin = view.coins.get(outpoint(txid, vout));
    if (coin?.coinbase !== true) return true;
    const height = view.record(txid)?.block?.block.height ?? view.chain.height();
    return view.chain.height() + 1 - height >= COINBASE_MATURITY;
  };

  const conflictOf = (tx: Tx): Refusal | undefined => {
    const competing = new Set<string>();
    for (const { txid, vout } of tx.inputs) {
      const first = view.coins.spender(outpoint(txid, vout));
      if (first !== undefined) competing.add(first.txid);
    }
    if (competing.size === 0) return undefined;
    const names = [...competing];
    return { ...refuse(466, `inputs were spent first by ${names.join(', ')}`), competing: names };
  };

  const final = (tx: Tx): boolean => isFinal(tx, view.chain.height() + 1, view.chain.medianTime());

  const judge = (tx: Tx): Verdict => {
    const fault = checkShape(tx);
    if (fault !== undefined) return refused(fault);
    const spent: TxOutput[] = [];
    let unknown: string | undefined;
    for (const [index, { txid, vout }] of tx.inputs.entries()) {
      const source = sourceOf(txid, vout);
      if (source !== undefined && 'code' in source) return refused(source);
      // Only what is not known here is taken on the sender's word.
      const output = source ?? tx.claimed?.[index];
      if (source === undefined) unknown ??= txid;
      if (output === undefined) return refused(refuse(460, `parent ${txid} is not known`));
      spent.push(output);
    }
    const paid = checkFee(tx, spent, view.satPerKb());
    if ('code' in paid) return refused(paid);
    const broken = checkScripts(tx, spent);
    if (broken !== undefined) return refused(refuse(461, broken));
    const conflict = conflictOf(tx);
    if (conflict !== undefined) return refused(conflict);
    if (unknown !== undefined) return { kind: 'orphan' };
    if (!final(tx)) return { kind: 'rejected', reason: 'transaction is not final (non-final)' };
    if (!tx.inputs.every(({ txid, vout }) => matures(txid, vout))) {
      return {
        kind: 'rejected',
        reason: 'coinbase is not mature (bad-txns-premature-spend-of-coinbase)',
      };
    }
    return { kind: 'valid', fee: paid.fee };
  };

  return Object.assign(judge, { isFinal: final });
};
