import { systemClock, type Clock } from '../src/shared/clock.ts';
import type { RuntimeConfig } from '../src/shared/config.ts';
import { arcRoutes } from './http/arc.ts';
import { chainRoutes } from './http/chain.ts';
import { controlRoutes } from './http/control.ts';
import { createFaults } from './http/faults.ts';
import { ledgerServer } from './http/ledger-server.ts';
import { listen, type Listening } from './http/server.ts';
import { createFaucet, faucetKey, foundChain, type Faucet } from './ledger/faucet.ts';
import { createLedger, type Ledger } from './ledger/ledger.ts';
import { LOOPBACK_SOURCES, securityHeaders } from './static/headers.ts';
import { staticServer } from './static/server.ts';
import { keepState, loadState } from './state-file.ts';
import { startTracker } from './tracker/tracker.ts';

export interface DevnetOptions {
  /** Interface to bind; default 127.0.0.1. */
  readonly host?: string;
  /** 0 (the default) takes any free port, as for the next two. */
  readonly appPort?: number;
  readonly trackerPort?: number;
  readonly ledgerPort?: number;
  /** Take any free port instead of failing when a given one is taken. */
  readonly fallback?: boolean;
  /** Folder of the built app; default `dist`. */
  readonly dist?: string;
  /** File that the ledger is kept in; default: memory only. */
  readonly stateFile?: string;
  /** Seconds between blocks; 0 mines on demand only. Default 10. */
  readonly blockInterval?: number;
  readonly clock?: Clock;
}

/** Where everything listens; the line that the command prints. */
export interface DevnetUrls {
  readonly app: string;
  readonly tracker: string;
  readonly arc: string;
  readonly chain: string;
  readonly faucet: string;
  readonly devnet: string;
}

export interface Devnet {
  readonly urls: DevnetUrls;
  readonly ledger: Ledger;
  readonly faucet: Faucet;
  /** Mines blocks and keeps the faucet stocked. */
  mine(blocks?: number): void;
  /** Closes every socket and writes the state file. */
  stop(): Promise<void>;
}

const DEFAULT_BLOCK_INTERVAL = 10;

const urlsFor = (hostname: string, ports: { app: number; tracker: number; ledger: number }) => {
  const ledger = `http://${hostname}:${ports.ledger}`;
  return {
    app: `http://${hostname}:${ports.app}/`,
    tracker: `ws://${hostname}:${ports.tracker}`,
    arc: ledger,
    chain: `${ledger}/v1/bsv/devnet`,
    faucet: `${ledger}/devnet/faucet`,
    devnet: `${ledger}/devnet`,
  };
};

/** How a URL names an interface. */
const nameOf = (host: string): string => {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
};

const configOf = (urls: DevnetUrls): RuntimeConfig => ({
  network: 'devnet',
  trackers: [urls.tracker],
  arc: urls.arc,
  chain: urls.chain,
  faucet: urls.faucet,
  iceServers: [],
});

/** Mines every `seconds`, until the returned function is called. */
const keepMining = (clock: Clock, seconds: number, mine: () => void): (() => void) => {
  if (seconds <= 0) return () => undefined;
  let cancel: () => void = () => undefined;
  const again = (): void => {
    cancel = clock.after(seconds * 1000, () => {
      mine();
      again();
    });
  };
  again();
  return () => cancel();
};

/**
 * Starts tracker, ledger with its HTTP services, faucet and static host in this process.
 * @throws Error with a plain sentence when a port is taken or the state file is damaged; nothing
 * is left running then.
 */
export const startDevnet = async (options: DevnetOptions = {}): Promise<Devnet> => {
  const clock = options.clock ?? systemClock;
  const host = options.host ?? '127.0.0.1';
  const key = faucetKey();
  const saved = options.stateFile === undefined ? undefined : loadState(options.stateFile);
  const ledger = createLedger({ clock, minerScript: key.script, saved });
  const faucet = createFaucet(ledger, key);
  if (saved === undefined) foundChain(ledger, faucet);
  const mine = (blocks = 1): void => {
    for (let i = 0; i < blocks; i += 1) {
      ledger.mine();
      faucet.restock();
    }
  };

  const place = (port = 0) => ({ host, port, fallback: options.fallback ?? false });
  const running: Listening[] = [];
  const begin = async (started: Promise<Listening>): Promise<number> => {
    const listening = await started;
    running.push(listening);
    return listening.port;
  };
  const stopAll = async (): Promise<void> => {
    await Promise.all(running.map((listening) => listening.stop()));
  };

  const ports = { app: 0, tracker: 0, ledger: 0 };
  const faults = createFaults(clock);
  const routes = [
    ...arcRoutes(ledger),
    ...chainRoutes(ledger),
    ...controlRoutes(ledger, faucet, faults, mine),
  ];
  const sources = (hostname: string): string[] => {
    const { tracker, arc } = urlsFor(hostname, ports);
    return [...LOOPBACK_SOURCES, arc, tracker];
  };
  const pages = staticServer({
    root: options.dist ?? 'dist',
    headers: (hostname) => securityHeaders(sources(hostname)),
    made: { '/config.json': (hostname) => configOf(urlsFor(hostname, ports)) },
  });
  try {
    ports.tracker = await begin(startTracker(place(options.trackerPort)));
    ports.ledger = await begin(
      listen(ledgerServer(routes, faults), place(options.ledgerPort), 'ledger'),
    );
    ports.app = await begin(listen(pages, place(options.appPort), 'app'));
  } catch (error) {
    await stopAll();
    throw error;
  }

  const stopMining = keepMining(clock, options.blockInterval ?? DEFAULT_BLOCK_INTERVAL, mine);
  const saveState =
    options.stateFile === undefined ? undefined : keepState(ledger, options.stateFile, clock);
  return {
    urls: urlsFor(nameOf(host), ports),
    ledger,
    faucet,
    mine,
    stop: async () => {
      stopMining();
      await stopAll();
      await saveState?.();
    },
  };
};
