import { parseArgs } from 'node:util';
import type { DevnetOptions } from './devnet.ts';

export const USAGE = `Usage: devnet [options]
  --app-port N         static host of the built app (default 8080, 0: any free port)
  --tracker-port N     WebSocket tracker (default 8000)
  --ledger-port N      ledger with ARC API, look-ups and faucet (default 9090)
  --host NAME          interface to bind (default 127.0.0.1)
  --dist FOLDER        the built app (default dist)
  --state FILE         keep the ledger on disk (default: in memory)
  --block-interval S   seconds between blocks (default 10, 0: only on demand)
  --help`;

const DEFAULT_PORTS = { appPort: 8080, trackerPort: 8000, ledgerPort: 9090 };

const numberOf = (text: string, name: string, most: number): number => {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= most)) {
    throw new Error(`--${name} must be a number from 0 to ${most}`);
  }
  return value;
};

const portOf = (text: string, name: string): number => {
  const port = numberOf(text, name, 65_535);
  if (!Number.isInteger(port)) throw new Error(`--${name} must be a whole number`);
  return port;
};

/**
 * Reads the command line.
 * @returns `help`, or the options. Ports that were not named give way when they are taken.
 * @throws Error with a plain sentence about what is wrong.
 */
export const readOptions = (args: readonly string[]): DevnetOptions | 'help' => {
  const { values } = parseArgs({
    args: [...args],
    strict: true,
    options: {
      'app-port': { type: 'string' },
      'tracker-port': { type: 'string' },
      'ledger-port': { type: 'string' },
      host: { type: 'string' },
      dist: { type: 'string' },
      state: { type: 'string' },
      'block-interval': { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) return 'help';
  const named = [values['app-port'], values['tracker-port'], values['ledger-port']];
  const [app, tracker, ledger] = named;
  return {
    appPort: app === undefined ? DEFAULT_PORTS.appPort : portOf(app, 'app-port'),
    trackerPort:
      tracker === undefined ? DEFAULT_PORTS.trackerPort : portOf(tracker, 'tracker-port'),
    ledgerPort: ledger === undefined ? DEFAULT_PORTS.ledgerPort : portOf(ledger, 'ledger-port'),
    fallback: named.every((port) => port === undefined),
    ...(values.host === undefined ? {} : { host: values.host }),
    ...(values.dist === undefined ? {} : { dist: values.dist }),
    ...(values.state === undefined ? {} : { stateFile: values.state }),
    ...(values['block-interval'] === undefined
      ? {}
      : { blockInterval: numberOf(values['block-interval'], 'block-interval', 86_400) }),
  };
};
