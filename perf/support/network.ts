import { startDevnet, type Devnet } from '../../devnet/devnet.ts';
import type { Scope } from './scope.ts';

/** Fast enough that a channel's funding is mined within a transfer, as on a test network. */
const BLOCK_SECONDS = 2;

/** A local network whose app is `site`; ends with the scope. */
export const openNetwork = async (scope: Scope, site: string): Promise<Devnet> => {
  const net = await startDevnet({
    appPort: 0,
    trackerPort: 0,
    ledgerPort: 0,
    dist: site,
    blockInterval: BLOCK_SECONDS,
  });
  scope.defer(() => net.stop());
  return net;
};

/** Origin of the app, without trailing slash. */
export const originOf = (net: Devnet): string => net.urls.app.replace(/\/$/, '');
