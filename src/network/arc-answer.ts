import { MerklePath } from '@bsv/sdk';
import type { ErrorCode } from '../shared/errors.ts';
import { fail, ok, type Failure, type Result } from '../shared/result.ts';
import { txId, type TxId } from '../shared/units.ts';
import { MAX_SAT_PER_KB } from './limits.ts';
import type { TxStatus } from './port.ts';

/** Decoding of what ARC answers (its OpenAPI: policy, transaction status, error fields). */

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const words = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 500) : '');

const txIds = (value: unknown): TxId[] =>
  Array.isArray(value)
    ? value
        .slice(0, 100)
        .filter((id): id is string => typeof id === 'string' && /^[0-9a-f]{64}$/.test(id))
        .map(txId)
    : [];

/** The transaction is with the network, or on its way there with nothing against it. */
const ACCEPTED = [
  'QUEUED',
  'RECEIVED',
  'STORED',
  'ANNOUNCED_TO_NETWORK',
  'REQUESTED_BY_NETWORK',
  'SENT_TO_NETWORK',
  'ACCEPTED_BY_NETWORK',
  'SEEN_ON_NETWORK',
  'MINED',
  // Its block lost; miners take it up again.
  'MINED_IN_STALE_BLOCK',
];

/** Codes of ARC's error answers whose meaning we act on; every other 4xx is a plain refusal. */
const ERRORS: Readonly<Record<number, ErrorCode>> = {
  465: 'fee-too-low',
  473: 'fee-too-low',
  466: 'double-spend',
  // Not about the transaction: no permission, wrong path, too many requests.
  401: 'network',
  403: 'network',
  404: 'network',
  405: 'network',
  408: 'network',
  429: 'network',
};

const SENTENCES: Partial<Record<ErrorCode, string>> = {
  'fee-too-low': 'The miners want a higher fee.',
  'double-spend': 'Its coins are already spent by another transaction.',
  network: 'The broadcast service is out of order.',
};

const failureOf = (code: ErrorCode, detail: string): Failure => ({
  code,
  message: [SENTENCES[code] ?? 'The network refused the transaction.', detail]
    .filter((part) => part !== '')
    .join(' '),
});

/**
 * Fee rate of a policy answer in sat per 1,000 bytes.
 * @returns `network` when it is missing, not positive or absurd.
 */
export const decodeFeeRate = (json: unknown): Result<number> => {
  const policy = isRecord(json) && isRecord(json.policy) ? json.policy : {};
  const fee = isRecord(policy.miningFee) ? policy.miningFee : {};
  const { satoshis, bytes } = fee;
  if (typeof satoshis !== 'number' || typeof bytes !== 'number') {
    return fail('network', 'The policy names no mining fee.');
  }
  const rate = (satoshis * 1000) / bytes;
  if (!(satoshis > 0 && bytes > 0 && rate > 0 && rate <= MAX_SAT_PER_KB)) {
    return fail('network', 'The policy names a mining fee that cannot be right.');
  }
  return ok(rate);
};

/** What became of a broadcast. `orphan`: the network lacks its parents. */
export type Verdict =
  | { readonly kind: 'accepted'; readonly status: string }
  | { readonly kind: 'orphan' }
  | { readonly kind: 'refused'; readonly error: Failure };

const refused = (code: ErrorCode, detail: string): Verdict => ({
  kind: 'refused',
  error: failureOf(code, detail),
});

/** Reads ARC's answer to a broadcast of `txid`. Never believes success of another transaction. */
export const decodeVerdict = (httpStatus: number, json: unknown, txid: TxId): Verdict => {
  const body = isRecord(json) ? json : {};
  const detail = words(body.extraInfo) || words(body.detail);
  if (httpStatus >= 500) return refused('network', detail);
  if (httpStatus >= 400) return refused(ERRORS[httpStatus] ?? 'rejected', detail);
  if (body.txid !== txid) return refused('network', 'It answered for another transaction.');
  const status = words(body.txStatus);
  if (ACCEPTED.includes(status)) return { kind: 'accepted', status };
  switch (status) {
    case 'SEEN_IN_ORPHAN_MEMPOOL':
      return { kind: 'orphan' };
    case 'DOUBLE_SPEND_ATTEMPTED':
      return refused('double-spend', detail);
    case 'REJECTED':
      return refused(txIds(body.competingTxs).length > 0 ? 'double-spend' : 'rejected', detail);
    default:
      return refused('network', `It answered with status "${status}".`);
  }
};

const decodePath = (value: unknown, txid: TxId): MerklePath | undefined => {
  if (typeof value !== 'string' || value === '') return undefined;
  try {
    const path = MerklePath.fromHex(value);
    path.computeRoot(txid);
    return path;
  } catch {
    return undefined;
  }
};

/** Reads ARC's knowledge of `txid`. A merkle path that does not contain it is dropped. */
export const decodeStatus = (httpStatus: number, json: unknown, txid: TxId): Result<TxStatus> => {
  if (httpStatus === 404) return fail('not-found', 'The network does not know the transaction.');
  const body = isRecord(json) ? json : {};
  if (httpStatus !== 200 || body.txid !== txid || typeof body.txStatus !== 'string') {
    return fail('network', `The broadcast service gave no status (${httpStatus}).`);
  }
  const merklePath = decodePath(body.merklePath, txid);
  const { blockHeight } = body;
  const competing = txIds(body.competingTxs);
  const detail = words(body.extraInfo);
  return ok({
    status: words(body.txStatus),
    ...(typeof blockHeight === 'number' &&
      Number.isSafeInteger(blockHeight) &&
      blockHeight > 0 && { blockHeight }),
    ...(merklePath !== undefined && { merklePath }),
    ...(competing.length > 0 && { competing }),
    ...(detail !== '' && { detail }),
  });
};
