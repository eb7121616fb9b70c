import type { Devnet } from '../../devnet/devnet.ts';
import type { Stage } from '../scenario.ts';
import { openBaselineServer } from './baseline-server.ts';
import { openNetwork, originOf } from './network.ts';
import { ensureSite } from './site.ts';

/** What nearly every scenario begins with: the built pages, a local network, the baselines' host. */
export interface Arena {
  readonly net: Devnet;
  /** Origin of the app and of the benchmarks' pages. */
  readonly app: string;
  /** Origin of the baseline pages. */
  readonly baselines: string;
}

export const openArena = async ({ scope, note, options }: Stage): Promise<Arena> => {
  const site = await ensureSite(note, options.profile);
  const net = await openNetwork(scope, site);
  return { net, app: originOf(net), baselines: await openBaselineServer(scope, site) };
};
