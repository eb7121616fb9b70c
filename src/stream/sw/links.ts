import { createBridgeClient, type BridgeClient, type Endpoint } from '../../shared/bridge.ts';
import type { Clock } from '../../shared/clock.ts';
import type { RangeSpec } from '../../shared/ports/range-port.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { EngineSpec } from '../messages.ts';

/** Ways to the engine page of a profile and to its store worker. */
export interface Link {
  readonly engine: Pick<BridgeClient<EngineSpec>, 'call' | 'post'>;
  readonly ranges: Pick<BridgeClient<RangeSpec>, 'call'>;
  /** True once the page is gone or has made a newer link; calls under way ended as `aborted`. */
  readonly lost: boolean;
}

export interface Links {
  /** The link of a profile, made anew if need be; `not-ready` when no engine page answers. */
  get(profile: string, signal: AbortSignal): Promise<Result<Link>>;
  /** The link if there is one now. */
  known(profile: string): Link | null;
  /** An engine page has sent its ports. */
  accept(profile: string, clientId: string, enginePort: Endpoint, storePort: Endpoint): void;
}

export interface LinkEnvironment {
  readonly clock: Clock;
  /** Asks every window who runs the engine of this profile. */
  readonly ask: (profile: string) => void;
  readonly alive: (clientId: string) => Promise<boolean>;
}

/** A page under load answers within this; a page that reloads listens again within a few rounds. */
const ASK_AGAIN_MS = 400;
/** How long a player waits for an engine page that reloads before it hears of a failure. */
export const LINK_TIMEOUT_MS = 15_000;
/** How soon calls to a page that was closed are given up. */
const PATROL_MS = 1_000;

interface LiveLink extends Link {
  lost: boolean;
  readonly clientId: string;
  drop(): void;
}

export const createLinks = ({ clock, ask, alive }: LinkEnvironment): Links => {
  const links = new Map<string, LiveLink>();
  const waiting = new Map<string, Set<(link: Link) => void>>();

  const connect = (
    profile: string,
    clientId: string,
    enginePort: Endpoint,
    storePort: Endpoint,
  ): LiveLink => {
    const engine = createBridgeClient<EngineSpec>(enginePort);
    const ranges = createBridgeClient<RangeSpec>(storePort);
    let pending = 0;
    let patrolling = false;

    // A port does not tell that its other end has died: while somebody waits, look after the page.
    const patrol = (): void => {
      patrolling = true;
      clock.after(PATROL_MS, () => {
        patrolling = false;
        if (pending === 0 || link.lost) return;
        void alive(clientId).then((stillThere) => {
          if (!stillThere) link.drop();
          else if (!patrolling) patrol();
        });
      });
    };
    const watched = async <T>(call: Promise<T>): Promise<T> => {
      pending += 1;
      if (!patrolling) patrol();
      try {
        return await call;
      } finally {
        pending -= 1;
      }
    };

    const link: LiveLink = {
      clientId,
      lost: false,
      engine: {
        call: (name, arg, options) => watched(engine.call(name, arg, options)),
        post: (name, payload) => engine.post(name, payload),
      },
      ranges: { call: (name, arg, options) => watched(ranges.call(name, arg, options)) },
      drop() {
        link.lost = true;
        engine.close();
        ranges.close();
        if (links.get(profile) === link) links.delete(profile);
      },
    };
    return link;
  };

  const wait = (profile: string, signal: AbortSignal): Promise<Result<Link>> =>
    new Promise((resolve) => {
      const waiters = waiting.get(profile) ?? new Set();
      waiting.set(profile, waiters);
      let stopAsking = (): void => undefined;
      const settle = (result: Result<Link>): void => {
        waiters.delete(found);
        stopAsking();
        stopTimeout();
        signal.removeEventListener('abort', onAbort);
        resolve(result);
      };
      const found = (link: Link): void => settle(ok(link));
      const onAbort = (): void => settle(fail('aborted', 'Cancelled.'));
      const stopTimeout = clock.after(LINK_TIMEOUT_MS, () =>
        settle(fail('not-ready', 'Rivulet is not running in any tab. Open it and try again.')),
      );
      const askAgain = (): void => {
        ask(profile);
        stopAsking = clock.after(ASK_AGAIN_MS, askAgain);
      };
      waiters.add(found);
      signal.addEventListener('abort', onAbort, { once: true });
      askAgain();
    });

  return {
    async get(profile, signal) {
      const link = links.get(profile);
      if (link) return ok(link);
      return signal.aborted ? fail('aborted', 'Cancelled.') : wait(profile, signal);
    },
    known: (profile) => links.get(profile) ?? null,
    accept(profile, clientId, enginePort, storePort) {
      links.get(profile)?.drop();
      const link = connect(profile, clientId, enginePort, storePort);
      links.set(profile, link);
      for (const found of waiting.get(profile) ?? []) found(link);
      waiting.delete(profile);
    },
  };
};
