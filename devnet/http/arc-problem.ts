import type { Reply } from './router.ts';

/** Title and detail of each of ARC's errors, by its code. */
const PROBLEMS: Record<number, readonly [title: string, detail: string]> = {
  400: ['Bad request', 'The request cannot be understood'],
  404: ['Not found', 'There is nothing of that name'],
  409: ['Generic error', 'Transaction could not be processed'],
  413: ['Payload too large', 'The request body exceeds the limit'],
  460: ['Not extended format', 'Inputs are missing and could not be looked up'],
  461: ['Malformed transaction', 'An unlocking script does not satisfy its locking script'],
  462: ['Invalid inputs', 'Inputs do not exist or are invalid'],
  463: ['Malformed transaction', 'Transaction is malformed and cannot be processed'],
  464: ['Invalid outputs', 'Outputs are invalid'],
  465: ['Fee too low', 'Fees are insufficient'],
  466: ['Conflicting tx found', 'Inputs are already spent by a conflicting transaction'],
  468: ['Invalid BUMPs', 'BEEF is invalid'],
  469: ['Merkle Roots validation failed', 'BEEF proves against headers that are not in the chain'],
  473: ['Cumulative fee too low', 'Unmined ancestors did not pay enough'],
  474: ['Transaction size validation failed', 'Transaction is too large'],
  475: ['Mined ancestors not found in BUMPs', 'BEEF lacks the proof of an ancestor'],
  503: ['Service unavailable', 'The service is out of order'],
};

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string | null;
  readonly txid: string | null;
  readonly extraInfo: string;
  readonly competingTxs?: readonly string[];
}

/** An error as ARC words it: problem details (RFC 7807) with ARC's additions. */
export const problemOf = (
  status: number,
  extraInfo: string,
  txid?: string,
  competing?: readonly string[],
): Problem => {
  const [title, detail] = PROBLEMS[status] ?? ['Generic error', 'The request failed'];
  return {
    type: `https://bitcoin-sv.github.io/arc/#/errors?id=_${status}`,
    title,
    status,
    detail,
    instance: null,
    txid: txid ?? null,
    extraInfo,
    ...(competing === undefined ? {} : { competingTxs: competing }),
  };
};

export const problem = (status: number, extraInfo: string, txid?: string): Reply => ({
  status,
  json: problemOf(status, extraInfo, txid),
});
