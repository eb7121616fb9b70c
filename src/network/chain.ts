import type { Clock } from '../shared/clock.ts';
import type { Network, RuntimeConfig } from '../shared/config.ts';
import { ok } from '../shared/result.ts';
import { createArc } from './arc.ts';
import { createBreaker } from './breaker.ts';
import { createHttp, type Fetch } from './http.ts';
import { createLookup } from './lookup.ts';
import type { Chain } from './port.ts';
import { createHeaders } from './tracker.ts';

/**
 * Easiest target of a block header (compact form): that of the first blocks on the main chain, as
 * proofs may be as old as the coins; anything on networks whose coins have no value.
 */
const EASIEST: Readonly<Record<Network, number>> = {
  main: 0x1d00ffff,
  test: 0x207fffff,
  devnet: 0x207fffff,
};

/** The chain behind the services of `config`. Pass `fetch` bound to its global. */
export const createChain = (
  config: Pick<RuntimeConfig, 'network' | 'arc' | 'chain'>,
  tools: { readonly fetch: Fetch; readonly clock: Clock },
): Chain => {
  const { clock } = tools;
  const http = createHttp(tools);
  const breakers = {
    arc: createBreaker({ service: 'arc', name: 'Broadcast service (ARC)', clock }),
    lookup: createBreaker({ service: 'lookup', name: 'Chain look-up service', clock }),
  };
  const arc = createArc({ url: config.arc, http, breaker: breakers.arc, clock });
  const lookup = createLookup({
    url: config.chain,
    http,
    breaker: breakers.lookup,
    easiest: EASIEST[config.network],
  });
  const headers = createHeaders(lookup, clock);
  return {
    ...arc,
    spentBy: lookup.spentBy,
    rawTx: lookup.rawTx,
    beef: lookup.beef,
    utxos: lookup.utxos,
    header: (height) => headers.at(height),
    headerOf: (hash) => headers.of(hash),
    height: async () => {
      const tip = await headers.tip();
      return tip.ok ? ok(tip.value.height) : tip;
    },
    medianTime: async () => {
      const tip = await headers.tip();
      return tip.ok ? ok(tip.value.medianTime) : tip;
    },
    tracker: headers.tracker,
    health: () => [breakers.arc.view(), breakers.lookup.view()],
  };
};
