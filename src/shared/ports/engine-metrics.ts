/** How batching, signing and storage do; a part of every snapshot of the payments worker. */

export type BatchMode = 'adaptive' | 'fixed';

/** Why a batch was closed. */
export type FlushReason =
  /** Adaptive: the channel may sign, so nothing is gained by waiting. */
  | 'allowance'
  /** Adaptive: half of what the payee lets us owe was waiting. */
  | 'pressure'
  /** Fixed: as many blocks as a batch takes. */
  | 'full'
  /** Fixed: the oldest block had waited as long as it may. */
  | 'waited'
  /** The payee asked to be paid. */
  | 'asked'
  /** A wire or channel closes, or the engine does. */
  | 'close';

/** Why blocks have to wait longer than the batcher would let them. */
export type PressureKind =
  /** No channel has room for what is due, or the day's budget is used up. */
  | 'funds'
  /** The ledger could not write. */
  | 'storage'
  /** So much waited for a signature that no more was asked for. */
  | 'backlog';

/** A change in how the batcher works, as it was noticed. */
export interface TuningNote {
  readonly time: number;
  readonly reason:
    /** Changed by hand. */
    | 'settings'
    /** Larger: blocks came while the signature before was being stored. */
    | 'storing'
    /** Larger: the channel had made all signatures that it may make in a second. */
    | 'rate'
    /** Larger: half of the credit window had gathered. */
    | 'window'
    /** Larger: more blocks come at once. */
    | 'busier'
    /** Smaller: fewer blocks come. */
    | 'quiet';
  readonly mode: BatchMode;
  /** Blocks of an average batch, and how long its blocks waited for it in ms. */
  readonly events: number;
  readonly waitMs: number;
}

/** Bounds of {@link EngineMetrics.sizes}: batches of at most so many blocks; the last one has the rest. */
export const BATCH_SIZE_BOUNDS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048] as const;

/** The payee's side in this session: what came in and what it was worth. */
export interface IncomeMetrics {
  /** Payments that are durable, and the blocks that they were booked for. */
  readonly payments: number;
  readonly events: number;
  /** What payers said about money and was not accepted, by the code that they were told. */
  readonly refused: Readonly<Record<string, number>>;
  /** Satoshi's worth of data that payers were allowed to be sent, in all. */
  readonly creditSat: number;
  /** From the payment's arrival to verified and durable, ms. */
  readonly latencyP50: number;
  readonly latencyP95: number;
  readonly latencyP99: number;
}

export const NO_INCOME: IncomeMetrics = {
  payments: 0,
  events: 0,
  refused: {},
  creditSat: 0,
  latencyP50: 0,
  latencyP95: 0,
  latencyP99: 0,
};

/** Health of batching, signing and storage in this session: of what was paid, and of what came in. */
export interface EngineMetrics {
  readonly events: number;
  readonly batches: number;
  readonly signatures: number;
  /** Batches by reason; they add up to `batches`. */
  readonly flushes: Readonly<Record<FlushReason, number>>;
  /** Batches by their blocks, see {@link BATCH_SIZE_BOUNDS}; they add up to `batches`. */
  readonly sizes: readonly number[];
  /** How often blocks were held back since the start. */
  readonly pressure: Readonly<Record<PressureKind, number>>;
  /** Newest first, at most 12. */
  readonly tuning: readonly TuningNote[];
  readonly queued: number;
  readonly eventsPerSecond: number;
  /** Event to signed and durable, ms. */
  readonly latencyP50: number;
  readonly latencyP95: number;
  readonly latencyP99: number;
  /** One write of the ledger, ms. */
  readonly commitP50: number;
  readonly commitP95: number;
  readonly income: IncomeMetrics;
}

/** What an engine that has not worked yet has measured. */
export const NO_METRICS: EngineMetrics = {
  events: 0,
  batches: 0,
  signatures: 0,
  flushes: { allowance: 0, pressure: 0, full: 0, waited: 0, asked: 0, close: 0 },
  sizes: Array.from({ length: BATCH_SIZE_BOUNDS.length + 1 }, () => 0),
  pressure: { funds: 0, storage: 0, backlog: 0 },
  tuning: [],
  queued: 0,
  eventsPerSecond: 0,
  latencyP50: 0,
  latencyP95: 0,
  latencyP99: 0,
  commitP50: 0,
  commitP95: 0,
  income: NO_INCOME,
};
