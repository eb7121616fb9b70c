import { failureOf, type Failure } from '../../shared/result.ts';

/** Turns what the toolbox throws (`WERR_…` codes) into our failures. */
export const walletFailure = (thrown: unknown): Failure => {
  const { code, name } =
    typeof thrown === 'object' && thrown !== null
      ? (thrown as { code?: unknown; name?: unknown })
      : {};
  switch (code) {
    case 'WERR_INSUFFICIENT_FUNDS': {
      const { moreSatoshisNeeded: more } = thrown as { moreSatoshisNeeded?: unknown };
      const missing = typeof more === 'number' ? ` ${more} sat more are needed.` : '';
      return { code: 'insufficient-funds', message: `The wallet holds too little.${missing}` };
    }
    case 'WERR_INVALID_PARAMETER':
    case 'WERR_MISSING_PARAMETER':
      return failureOf(thrown, 'bad-input');
    default:
      break;
  }
  if (name === 'QuotaExceededError') {
    return { code: 'quota', message: 'The browser has no room left for the wallet.' };
  }
  return failureOf(thrown, 'storage');
};

/** What a review error of the toolbox says about the transaction that it could not send. */
export interface Review {
  readonly txid: string;
  /** AtomicBEEF, where it was made. */
  readonly tx: readonly number[] | undefined;
  /** `serviceError`: nobody said no, the toolbox keeps it and sends it again. */
  readonly status: string;
}

/** Reads the toolbox's `WERR_REVIEW_ACTIONS`; undefined for everything else. */
export const reviewOf = (thrown: unknown): Review | undefined => {
  if (typeof thrown !== 'object' || thrown === null) return undefined;
  const { code, txid, tx, reviewActionResults: results } = thrown as Record<string, unknown>;
  if (code !== 'WERR_REVIEW_ACTIONS' || typeof txid !== 'string' || !Array.isArray(results)) {
    return undefined;
  }
  const mine = results.find((result: { txid?: unknown }) => result.txid === txid) as
    { status?: unknown } | undefined;
  return {
    txid,
    tx: Array.isArray(tx) ? (tx as number[]) : undefined,
    status: typeof mine?.status === 'string' ? mine.status : 'serviceError',
  };
};
