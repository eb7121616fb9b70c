import { sameBytes } from '../../channel/bytes.ts';
import { decodeMessage } from '../../protocol/codec.ts';
import type { WireErrorCode } from '../../protocol/errors.ts';
import {
  MAX_MESSAGE_BYTES,
  MAX_MESSAGES_PER_SECOND,
  MESSAGE_BURST,
} from '../../protocol/limits.ts';
import type { Message } from '../../protocol/messages.ts';
import { AUTH_TIMEOUT_MS } from '../../protocol/policy.ts';
import type { WirePosts } from '../../shared/ports/wire-payments.ts';
import type { IdentityKey } from '../../shared/units.ts';
import type { Context } from '../context.ts';
import { isOurselves, proveOurselves, proveThem, usableHello } from './handshake.ts';
import type { WireEntry } from './registry.ts';

/** Messages that may come while their sender's `auth` is being checked. */
const INBOX_LIMIT = 32;

export interface RouterHooks {
  /** A wire is there; nobody is authenticated yet. */
  readonly opened: (wire: WireEntry) => void;
  /** The peer is who it says. */
  readonly bound: (wire: WireEntry) => void;
  readonly refused: (wire: WireEntry) => void;
  /** An authenticated peer's message. */
  readonly message: (wire: WireEntry, message: Message) => void;
  readonly closed: (wire: WireEntry) => void;
}

interface Guard {
  tokens: number;
  at: number;
  cancelTimeout: () => void;
}

/** Decodes what comes over the wires, authenticates the peers, and hands on what they say in order. */
export const createRouter = (context: Context, hooks: RouterHooks) => {
  const { registry, clock } = context;
  const guards = new Map<number, Guard>();
  const farewells = new Map<WireEntry, (() => void)[]>();

  const refuse = (wire: WireEntry, code: WireErrorCode, detail: string, ban: boolean): void => {
    if (wire.refused) return;
    wire.refused = true;
    wire.inbox = null;
    context.send(wire.id, { type: 'error', code, cid: null, detail });
    hooks.refused(wire);
    if (ban) context.dismiss(wire.id, code);
  };

  const closed = (wire: WireEntry): Promise<void> =>
    new Promise((resolve) => {
      farewells.set(wire, [...(farewells.get(wire) ?? []), resolve]);
    });

  /**
   * A page that died says no goodbye: its wires look alive for half a minute, with our requests and
   * its debts on them. Its successor is the same identity under another peer id, so they are closed
   * first, and what was lost with them is known before the successor says where it stands.
   */
  const replace = async (wire: WireEntry, identity: IdentityKey): Promise<void> => {
    const dead = [...registry.wires()].filter(
      (other) =>
        other.identity === identity &&
        !sameBytes(other.opened.theirPeerId, wire.opened.theirPeerId),
    );
    const gone = dead.map(closed);
    for (const other of dead) context.drop(other.id, 'replaced', false);
    await Promise.all(gone);
  };

  const authenticate = async (wire: WireEntry, signature: Uint8Array): Promise<void> => {
    const identity = await proveThem(context, wire, signature);
    if (registry.wire(wire.id) !== wire || wire.refused) return;
    guards.get(wire.id)?.cancelTimeout();
    if (identity === null) {
      refuse(wire, 'bad-auth', 'The signature does not fit this wire.', true);
      return;
    }
    if (registry.banned.has(identity)) {
      refuse(wire, 'internal', 'There is no trade with this peer in this session.', true);
      return;
    }
    await replace(wire, identity);
    if (registry.wire(wire.id) !== wire || wire.refused) return;
    wire.identity = identity;
    hooks.bound(wire);
    const waiting = wire.inbox ?? [];
    wire.inbox = null;
    for (const message of waiting) hooks.message(wire, message);
  };

  /** Whether the peer keeps within what any honest peer needs. */
  const isCalm = (guard: Guard): boolean => {
    const now = clock.now();
    // The machine's clock may have been set back, which is not the peer's doing.
    const passed = Math.max(0, now - guard.at);
    const refilled = guard.tokens + (passed * MAX_MESSAGES_PER_SECOND) / 1000;
    guard.tokens = Math.min(MESSAGE_BURST, refilled) - 1;
    guard.at = now;
    return guard.tokens >= 0;
  };

  const receive = (wire: WireEntry, message: Message, proving: Set<WireEntry>): void => {
    if (message.type === 'auth') {
      if (wire.identity !== null || proving.has(wire)) return;
      proving.add(wire);
      void authenticate(wire, message.signature).finally(() => proving.delete(wire));
      return;
    }
    if (wire.identity !== null) {
      hooks.message(wire, message);
      return;
    }
    if (wire.inbox === null || wire.inbox.length >= INBOX_LIMIT) {
      refuse(wire, 'too-many', 'Too much was said before authentication.', true);
    } else wire.inbox.push(message);
  };

  const proving = new Set<WireEntry>();

  return {
    open(opened: WirePosts['wireOpened']): void {
      if (registry.wire(opened.wire) !== undefined) return;
      const wire = registry.open(opened, usableHello(context, opened));
      const guard = {
        tokens: MESSAGE_BURST,
        at: clock.now(),
        cancelTimeout: () => undefined as void,
      };
      guards.set(wire.id, guard);
      if (wire.hello === null) {
        wire.refused = isOurselves(context, opened);
        hooks.opened(wire);
        return;
      }
      guard.cancelTimeout = clock.after(AUTH_TIMEOUT_MS, () =>
        refuse(wire, 'bad-auth', 'The authentication took too long.', false),
      );
      void proveOurselves(context, wire).then((signature) => {
        if (registry.wire(wire.id) !== wire) return;
        if (signature === null) refuse(wire, 'bad-auth', 'There is no proof for this peer.', false);
        else context.send(wire.id, { type: 'auth', signature });
      });
      hooks.opened(wire);
    },

    message({ wire: id, data }: WirePosts['wireMessage']): void {
      const wire = registry.wire(id);
      const guard = guards.get(id);
      if (wire === undefined || guard === undefined || wire.refused || wire.hello === null) return;
      if (!isCalm(guard)) {
        refuse(wire, 'too-many', 'Too many messages.', true);
        return;
      }
      if (data.length > MAX_MESSAGE_BYTES) {
        refuse(wire, 'too-large', 'The message is too long.', true);
        return;
      }
      const decoded = decodeMessage(data);
      if (decoded.ok) receive(wire, decoded.value, proving);
      else if (decoded.error.code === 'protocol') {
        refuse(wire, 'malformed', decoded.error.message, true);
      }
    },

    close({ wire: id }: WirePosts['wireClosed']): void {
      const wire = registry.wire(id);
      if (wire === undefined) return;
      guards.get(id)?.cancelTimeout();
      guards.delete(id);
      registry.close(wire);
      hooks.closed(wire);
      for (const resolve of farewells.get(wire) ?? []) resolve();
      farewells.delete(wire);
    },
  };
};
