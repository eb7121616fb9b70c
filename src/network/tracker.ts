import type { ChainTracker } from '@bsv/sdk';
import type { Clock } from '../shared/clock.ts';
import { ok, unwrap, type Result } from '../shared/result.ts';
import type { Header } from './header.ts';
import {
  DEEP_HEADER_TTL_MS,
  FRESH_HEADER_TTL_MS,
  MAX_HEADERS,
  REORG_DEPTH,
  TIP_TTL_MS,
} from './limits.ts';
import type { Lookup, Tip } from './lookup.ts';

export interface Headers {
  tip(): Promise<Result<Tip>>;
  /** Header on the best chain; near the tip it is asked for again soon, as it may be replaced. */
  at(height: number): Promise<Result<Header>>;
  of(hash: string): Promise<Result<Header>>;
  readonly tracker: ChainTracker;
}

interface Kept<T> {
  readonly value: T;
  readonly until: number;
}

/** Cache of block headers, and the SDK's `ChainTracker` over it. */
export const createHeaders = (lookup: Lookup, clock: Pick<Clock, 'now'>): Headers => {
  const kept = new Map<number, Kept<Header>>();
  const asking = new Map<number, Promise<Result<Header>>>();
  let tip: Kept<Tip> | undefined;

  const keep = (header: Header): void => {
    const deep = tip !== undefined && header.height <= tip.value.height - REORG_DEPTH;
    const until = clock.now() + (deep ? DEEP_HEADER_TTL_MS : FRESH_HEADER_TTL_MS);
    kept.delete(header.height);
    kept.set(header.height, { value: header, until });
    for (const oldest of kept.keys()) {
      if (kept.size <= MAX_HEADERS) break;
      kept.delete(oldest);
    }
  };

  const ask = (height: number): Promise<Result<Header>> => {
    const running = asking.get(height);
    if (running !== undefined) return running;
    const request = lookup.headerAt(height).then((found) => {
      asking.delete(height);
      if (found.ok) keep(found.value);
      return found;
    });
    asking.set(height, request);
    return request;
  };

  const cached = (height: number): Header | undefined => {
    const header = kept.get(height);
    return header !== undefined && clock.now() < header.until ? header.value : undefined;
  };

  const at = async (height: number): Promise<Result<Header>> => {
    const header = cached(height);
    return header === undefined ? ask(height) : ok(header);
  };

  const askTip = async (): Promise<Result<Tip>> => {
    if (tip !== undefined && clock.now() < tip.until) return ok(tip.value);
    const found = await lookup.tip();
    if (found.ok) tip = { value: found.value, until: clock.now() + TIP_TTL_MS };
    return found;
  };

  return {
    tip: askTip,
    at,
    of: (hash) => lookup.headerOf(hash),
    tracker: {
      currentHeight: async () => unwrap(await askTip()).height,
      isValidRootForHeight: async (root, height) => {
        if (cached(height)?.merkleRoot === root) return true;
        // A different root in the cache may be that of a block which has lost: look again.
        const found = await ask(height);
        if (!found.ok && found.error.code === 'not-found') return false;
        return unwrap(found).merkleRoot === root;
      },
    },
  };
};
