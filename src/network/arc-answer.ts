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

/**
 * ARC's own error codes that are a word about the transaction. Every other failure, whoever it comes
 * from, says nothing about it: not allowed, too many requests, out of order, not ARC at all.
 */
const ERRORS: Readonly<Record<number, ErrorCode>> = {
  400: 'rejected',
  409: 'rejected',
  ...Object.fromEntries(Array.from({ length: 16 }, (_, at) => [460 + at, 'rejected'] as const)),
  465: 'fee-too-low',
  466: 'double-spend',
  473: 'fee-too-low',
};

/**
 * Whether this is a problem as ARC words it (RFC 7807), which repeats the HTTP status. A portal that
 * wants a login, a proxy or a gate against too many requests answers with a page or a body of its own.
 */
const isProblem = (httpStatus: number, body: Record<string, unknown>): boolean =>
  body.status === httpStatus;

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

/**
 * What became of a broadcast. `orphan`: the network lacks its parents. `contested`: another
 * transaction spends the same coins, and no block has decided which of them counts.
 */
export type Verdict =
  | { readonly kind: 'accepted'; readonly status: string }
  | { readonly kind: 'orphan' | 'contested' }
  | { readonly kind: 'refused'; readonly error: Failure };

const refused = (code: ErrorCode, detail: string): Verdict => ({
  kind: 'refused',
  error: failureOf(code, detail),
});

/**
 * Reads ARC's answer to a broadcast of `txid`. Never believes success of another transaction, nor a
 * refusal that is not ARC's: that is `network`, and may be tried again.
 */
export const decodeVerdict = (httpStatus: number, json: unknown, txid: TxId): Verdict => {
  const body = isRecord(json) ? json : {};
  const detail = words(body.extraInfo) || words(body.detail);
  if (httpStatus >= 400) {
    if (!isProblem(httpStatus, body)) {
      return refused('network', `Something in its place answered ${httpStatus}.`);
    }
    return refused(ERRORS[httpStatus] ?? 'network', detail);
  }
  if (body.txid !== txid) return refused('network', 'It answered for another transaction.');
  const status = words(body.txStatus);
  if (ACCEPTED.includes(status)) return { kind: 'accepted', status };
  switch (status) {
    case 'SEEN_IN_ORPHAN_MEMPOOL':
      return { kind: 'orphan' };
    case 'DOUBLE_SPEND_ATTEMPTED':
      // Either may be mined; to be asked again until one is. No outage of the service.
      return { kind: 'contested' };
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
  const body = isRecord(json) ? json : {};
  if (httpStatus === 404 && isProblem(httpStatus, body)) {
    return fail('not-found', 'The network does not know the transaction.');
  }
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
