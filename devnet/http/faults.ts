import type { Clock } from '../../src/shared/clock.ts';
import { problem } from './arc-problem.ts';
import { lieAbout } from './lies.ts';
import { HttpError, objectOf, wholeOf, type Reply, type Request } from './router.ts';

const MODES = ['fail', 'delay', 'reject', 'lie', 'drop'] as const;
type Mode = (typeof MODES)[number];

/** One thing that goes wrong on purpose. */
export interface Fault {
  /** Source of the expression that paths are matched against. */
  readonly route: string;
  readonly mode: Mode;
  readonly delayMs: number;
  /** Status of `fail`. */
  readonly status: number;
  /** Requests that it still strikes; null means until it is switched off. */
  count: number | null;
}

type Incoming = Omit<Request, 'params'>;

/** Switches for tests of circuit breakers and recovery. */
export interface Faults {
  list(): readonly Fault[];
  /** Reads a request body; mode `none` switches off the named route's faults, or all of them. */
  set(body: Uint8Array): void;
  /** Runs `answer`, or whatever goes wrong in its place. */
  around(request: Incoming, answer: () => Promise<Reply>): Promise<Reply>;
}

/** Paths that are struck unless a route is named: the public services, never the controls. */
const PUBLIC = '^/v1/';
const MAX_DELAY_MS = 600_000;

/** No faults at first; delays are timed by `clock`. */
export const createFaults = (clock: Clock): Faults => {
  let faults: Fault[] = [];

  const strike = (path: string): Fault | undefined => {
    const fault = faults.find(({ route }) => new RegExp(route).test(path));
    if (fault === undefined || fault.count === null) return fault;
    fault.count -= 1;
    if (fault.count === 0) faults = faults.filter((other) => other !== fault);
    return fault;
  };

  const parse = (body: Uint8Array): { route?: string; fault?: Fault } => {
    const from = objectOf(body);
    const { route, mode } = from;
    if (route !== undefined && typeof route !== 'string')
      throw new HttpError(400, 'route must be a string');
    try {
      new RegExp(route ?? PUBLIC);
    } catch {
      throw new HttpError(400, 'route is not a regular expression');
    }
    const named = route === undefined ? {} : { route };
    if (mode === 'none') return named;
    const known = MODES.find((name) => name === mode);
    if (known === undefined)
      throw new HttpError(400, `mode must be none or one of ${MODES.join(', ')}`);
    return {
      ...named,
      fault: {
        route: route ?? PUBLIC,
        mode: known,
        delayMs: wholeOf(from, 'delayMs', 0, MAX_DELAY_MS, 0),
        status: wholeOf(from, 'status', 400, 599, 503),
        count: from['count'] === undefined ? null : wholeOf(from, 'count', 1, 1_000_000),
      },
    };
  };

  return {
    list: () => faults,
    set: (body) => {
      const { route, fault } = parse(body);
      faults = faults.filter((other) => (fault?.route ?? route ?? other.route) !== other.route);
      if (fault !== undefined) faults.push(fault);
    },
    around: async (request, answer) => {
      if (request.path === '/devnet/faults') return answer();
      const fault = strike(request.path);
      if (fault === undefined) return answer();
      if (fault.delayMs > 0) {
        await new Promise<void>((resolve) => void clock.after(fault.delayMs, resolve));
      }
      if (fault.mode === 'fail') return problem(fault.status, 'switched to fail');
      if (fault.mode === 'drop') return { status: 0, drop: true };
      if (fault.mode === 'delay') return answer();
      return lieAbout(fault.mode, request, answer);
    },
  };
};
