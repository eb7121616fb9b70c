import { WINDOW_MAX } from '../protocol/policy.ts';

/** Bounds of the engine's queues, each with its reason. Limits of the wire are in protocol/limits.ts. */

/**
 * Rows that one signature may cover: bounds the size of one ledger record. As many blocks may wait for
 * a signature to one payee, so that a single one can cover them all.
 */
export const BATCH_ROWS_MAX = 4_096;
/** The bound of what waits in bytes: no payee of ours lends half of it, so that only a stuck ledger or channel gets there. */
export const READY_BYTES_MAX = 2 * WINDOW_MAX;
/** At the bound nothing more is asked for, until so much of it is left. */
export const READY_RELEASE = 1 / 2;

/** Payments of one payer that wait for the disk; of what comes beyond, the best state of each channel is kept. */
export const UNSTORED_PAYMENTS_MAX = 32;

/** None of several channels at their limit signs less often: no block waits longer than 250 ms for that alone. */
export const LEAST_SIGNATURES_PER_SECOND = 5;
/** A channel that was held back within this time is busy: between two signatures its queue is empty for a moment. */
export const BUSY_FOR_MS = 500;
