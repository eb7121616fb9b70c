import { Transaction } from '@bsv/sdk';
import type { Clock } from '../shared/clock.ts';
import { toHex } from '../shared/hex.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import { txId, type TxId } from '../shared/units.ts';
import { decodeFeeRate, decodeStatus, decodeVerdict, type Verdict } from './arc-answer.ts';
import type { Breaker } from './breaker.ts';
import type { Http } from './http.ts';
import {
  ARC_TIMEOUT_MS,
  DEFAULT_SAT_PER_KB,
  FEE_RATE_TTL_MS,
  LOOKUP_TIMEOUT_MS,
  MAX_ANCESTORS,
} from './limits.ts';
import type { Chain } from './port.ts';

export type Arc = Pick<Chain, 'feeRate' | 'policy' | 'broadcast' | 'broadcastBytes' | 'status'>;

const EF_MARKER = '0000000000ef';

/** Extended Format (BRC-30) where every parent output is at hand, else raw. */
const serialise = (tx: Transaction): Uint8Array => {
  const complete = tx.inputs.every(
    ({ sourceTransaction, sourceOutputIndex }) =>
      sourceTransaction?.outputs[sourceOutputIndex] !== undefined,
  );
  return complete ? tx.toEFUint8Array() : tx.toUint8Array();
};

/** The SDK reads past the end of short input without a word, so what it read is written again. */
const parse = (bytes: Uint8Array): Result<TxId> => {
  try {
    const extended = toHex(bytes.subarray(4, 10)) === EF_MARKER;
    const read = extended ? Transaction.fromEF(bytes) : Transaction.fromBinary(bytes);
    const tx = new Transaction(read.version, read.inputs, read.outputs, read.lockTime);
    const written = extended ? tx.toEFUint8Array() : tx.toUint8Array();
    if (tx.inputs.length > 0 && toHex(written) === toHex(bytes)) return ok(txId(tx.id('hex')));
  } catch {
    // Not readable at all.
  }
  return fail('bad-input', 'These bytes are no transaction.');
};

/**
 * Ancestors that `tx` carries along, parents before children, up to those that were mined: these too,
 * as a network that lacks one has lost its block.
 */
const ancestorsOf = (tx: Transaction): Transaction[] => {
  const found = new Map<string, Transaction>();
  const visit = (child: Transaction): void => {
    for (const { sourceTransaction: parent } of child.inputs) {
      // A parent rebuilt from Extended Format has an output but no inputs of its own.
      if (parent === undefined || parent.inputs.length === 0) continue;
      if (found.size >= MAX_ANCESTORS) continue;
      const id = parent.id('hex');
      if (found.has(id)) continue;
      if (parent.merklePath === undefined) visit(parent);
      found.set(id, parent);
    }
  };
  visit(tx);
  return [...found.values()];
};

/** Client of an ARC API. Expected refusals are values; see arc-answer.ts for their codes. */
export const createArc = (tools: {
  readonly url: string;
  readonly http: Http;
  readonly breaker: Breaker;
  readonly clock: Pick<Clock, 'now'>;
}): Arc => {
  const { url, http, breaker, clock } = tools;
  let rate = { value: DEFAULT_SAT_PER_KB, freshUntil: 0 };
  let asking: Promise<number> | undefined;

  const policy = async (): Promise<Result<number>> => {
    const answer = await breaker.run(async () => {
      const reply = await http.send({ url: `${url}/v1/policy`, timeoutMs: LOOKUP_TIMEOUT_MS });
      if (!reply.ok) return reply;
      const json = reply.value.json();
      return json.ok ? decodeFeeRate(json.value) : json;
    });
    // Out of reach: the last rate that was read stays the best guess.
    if (answer.ok) rate = { value: answer.value, freshUntil: clock.now() + FEE_RATE_TTL_MS };
    return answer;
  };

  const askRate = async (): Promise<number> => {
    await policy();
    return rate.value;
  };

  const post = (bytes: Uint8Array, txid: TxId): Promise<Result<Verdict>> =>
    breaker.run(async () => {
      const reply = await http.send({
        url: `${url}/v1/tx`,
        body: { rawTx: toHex(bytes) },
        headers: { 'X-WaitFor': 'SEEN_ON_NETWORK' },
        timeoutMs: ARC_TIMEOUT_MS,
      });
      if (!reply.ok) return reply;
      const json = reply.value.json();
      const verdict = decodeVerdict(reply.value.status, json.ok ? json.value : null, txid);
      if (verdict.kind === 'refused') {
        if (verdict.error.code === 'network') return { ok: false, error: verdict.error };
        if (verdict.error.code === 'fee-too-low') rate = { ...rate, freshUntil: 0 };
      }
      return ok(verdict);
    });

  const settle = (txid: TxId, posted: Result<Verdict>): Awaited<ReturnType<Arc['broadcast']>> => {
    if (!posted.ok) return posted;
    const verdict = posted.value;
    if (verdict.kind === 'accepted') return ok({ txid, status: verdict.status });
    if (verdict.kind === 'refused') return { ok: false, error: verdict.error };
    // Nothing is wrong with the transaction itself: it may be sent again later.
    return fail(
      'network',
      verdict.kind === 'orphan'
        ? 'The network does not know the transactions it spends from.'
        : 'Another transaction spends the same coins; a block will decide.',
    );
  };

  return {
    policy,
    feeRate: async () => {
      if (clock.now() < rate.freshUntil) return rate.value;
      asking ??= askRate().finally(() => {
        asking = undefined;
      });
      return asking;
    },
    broadcast: async (tx) => {
      const txid = txId(tx.id('hex'));
      const bytes = serialise(tx);
      const posted = await post(bytes, txid);
      if (!posted.ok || posted.value.kind !== 'orphan') return settle(txid, posted);
      for (const parent of ancestorsOf(tx)) {
        const sent = await post(serialise(parent), txId(parent.id('hex')));
        if (!sent.ok) return sent;
        // A refused ancestor may still be known under way; the child's own verdict decides.
      }
      return settle(txid, await post(bytes, txid));
    },
    broadcastBytes: async (bytes) => {
      const txid = parse(bytes);
      return txid.ok ? settle(txid.value, await post(bytes, txid.value)) : txid;
    },
    status: (txid) =>
      breaker.run(async () => {
        const reply = await http.send({ url: `${url}/v1/tx/${txid}` });
        if (!reply.ok) return reply;
        const json = reply.value.json();
        return decodeStatus(reply.value.status, json.ok ? json.value : null, txid);
      }),
  };
};
