import type { Failure } from '../shared/result.ts';
import type { FileFacts, FileRef, Stretch } from '../shared/ports/range-port.ts';
import type { ApiReply, ApiRequest, RequestRecord } from './api.ts';

/**
 * What the service worker and the pages say to each other. A restarted service worker knows nobody:
 * it asks all windows who runs the engine of a profile, and that page alone answers, with two ports.
 */

/** From the service worker to every window: who runs the engine of this profile? */
export interface WhoMessage {
  readonly rivulet: 'who';
  readonly profile: string;
}

/** From an engine page to the service worker, with the ports [engine, store]. */
export interface EngineMessage {
  readonly rivulet: 'engine';
  readonly profile: string;
}

/** From a page that an active service worker does not control (after a forced reload). */
export interface ClaimMessage {
  readonly rivulet: 'claim';
}

const field = (data: unknown, name: string): unknown =>
  typeof data === 'object' && data !== null ? (data as Record<string, unknown>)[name] : undefined;

export const isWho = (data: unknown): data is WhoMessage =>
  field(data, 'rivulet') === 'who' && typeof field(data, 'profile') === 'string';

export const isEngine = (data: unknown): data is EngineMessage =>
  field(data, 'rivulet') === 'engine' && typeof field(data, 'profile') === 'string';

export const isClaim = (data: unknown): data is ClaimMessage => field(data, 'rivulet') === 'claim';

/** The message that workbox-window sends when the user accepts an update. */
export const isSkipWaiting = (data: unknown): boolean => field(data, 'type') === 'SKIP_WAITING';

/** A stretch of a file that one response wants. */
export type EnsureRequest = FileRef & Stretch;

/** The service worker calls, the engine page answers. */
export interface EngineSpec {
  calls: {
    lookup: { arg: FileRef; value: FileFacts };
    /** Resolves once the byte at `offset` is held; the engine goes on towards `end` as it sees fit. */
    ensure: { arg: EnsureRequest; value: void };
    api: { arg: ApiRequest; value: ApiReply };
  };
  posts: {
    /** The response has ended or was cancelled: nothing is wanted for it any more. */
    released: { readonly reader: number };
    /** Answered API requests, for the request log that the user can look at. */
    answered: readonly RequestRecord[];
  };
  events: Record<never, never>;
}

/** A failure as the body of a JSON answer. */
export interface ErrorBody {
  readonly error: Failure;
}
