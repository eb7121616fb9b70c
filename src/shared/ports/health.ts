import type { Failure, Result } from '../result.ts';

/** How the parts of a node do. What cannot be known is null, never a guess. */

/** A service of the outside world, behind a circuit breaker. */
export interface ServiceHealth {
  readonly service: 'arc' | 'lookup';
  /** What the user reads. */
  readonly name: string;
  /** `open`: it failed lately and is left alone; `half-open`: the next try decides. */
  readonly state: 'closed' | 'open' | 'half-open';
  /** Failures in a row. */
  readonly failures: number;
  /** When the next try is let through, ms since the epoch; null while closed. */
  readonly retryAt: number | null;
  /** Last failure as a sentence; null when there was none. */
  readonly lastFailure: string | null;
}

/** What the payments worker knows of the chain. */
export interface ChainHealth {
  readonly services: readonly ServiceHealth[];
  /** Height of the best chain; null when nobody could say. */
  readonly height: number | null;
}

export interface TrackerHealth {
  readonly url: string;
  /** `unused`: no torrent announces to it, so there is no connection to tell about. */
  readonly state: 'connected' | 'connecting' | 'lost' | 'unused';
  /** When it last answered an announce, ms since the epoch; null when it did not in this session. */
  readonly answeredAt: number | null;
}

export interface StoreHealth {
  /** `memory`: nothing survives a reload. */
  readonly mode: 'opfs' | 'memory';
  /** Bytes that the origin uses and may use; null when the browser does not say. */
  readonly used: number | null;
  readonly quota: number | null;
  /** Whether the browser promised not to evict what is stored. */
  readonly persisted: boolean;
}

export interface ServiceWorkerHealth {
  /** Of the one that answers this page; `none` while there is none, `unsupported` where there are no such workers. */
  readonly state: 'unsupported' | 'none' | ServiceWorkerState;
  /** Whether requests of this page pass through it. */
  readonly controls: boolean;
  /** Whether a newer version waits. */
  readonly waiting: boolean;
}

/** One answered request of the local API. */
export interface RequestLine {
  readonly time: number;
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly ms: number;
  /** Took so long that a user notices. */
  readonly slow: boolean;
}

/** An answer and the time that it took. */
export interface Timed<T> {
  readonly result: Result<T>;
  readonly ms: number;
}

export interface HealthReport {
  readonly at: number;
  readonly trackers: readonly TrackerHealth[];
  /** Asked of the payments worker; its failure is the worker's. */
  readonly chain: Timed<ChainHealth>;
  /** Asked of the store worker; its failure is the worker's. */
  readonly store: Timed<StoreHealth>;
  readonly serviceWorker: ServiceWorkerHealth;
}

/** Parts of the payments worker that can be tried on their own. */
export type PaymentsProbe = 'ping' | 'ledger' | 'arc' | 'chain';

export type TestName =
  'payments' | 'ledger' | 'arc' | 'chain' | 'store' | 'serviceWorker' | 'tracker';

/** How one part did when it was tried. */
export interface TestOutcome {
  readonly name: TestName;
  /** Which of several: the tracker's URL. Empty where there is one. */
  readonly target: string;
  readonly ms: number;
  /** Null when it passed. */
  readonly failure: Failure | null;
  /** What it answered, as a figure with its unit; null where "yes" is all. */
  readonly figure: string | null;
}

export interface NodeHealth {
  /** Asks every part once; one that does not answer in time is a failure in the report. */
  read(): Promise<HealthReport>;
  /** The last answered requests of the local API, oldest first. */
  requests(): readonly RequestLine[];
  /** Where Prometheus text is served to this browser. */
  readonly metricsUrl: string;
  /** Tries every part for real, one after the other, and tells each outcome as it comes. */
  selfTest(onOutcome: (outcome: TestOutcome) => void, signal: AbortSignal): Promise<void>;
}
