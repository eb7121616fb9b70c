import type { WirePayments } from '../shared/ports/wire-payments.ts';
import { wireId, type InfoHash, type WireId } from '../shared/units.ts';
import type { Bans } from './blame.ts';
import { createGate, type Gate } from './gate.ts';
import type { WireSession } from './wire-session.ts';

/** Knows every wire by its number and carries out what the payments worker decides. */
export interface Desk {
  readonly gate: Gate;
  nextId(): WireId;
  enter(wire: WireSession, torrent: InfoHash): void;
  leave(wire: WireId): void;
  close(): void;
}

/** @param isFree whether a torrent is given away. */
export const createDesk = (
  payments: Pick<WirePayments, 'on'>,
  bans: Bans,
  isFree: (torrent: InfoHash) => boolean,
): Desk => {
  const wires = new Map<WireId, { readonly session: WireSession; readonly torrent: InfoHash }>();
  let lastId = 0;
  const gate = createGate((id) => {
    const torrent = wires.get(id)?.torrent;
    return torrent !== undefined && isFree(torrent);
  });
  const find = (id: WireId): WireSession | undefined => wires.get(id)?.session;

  const subscriptions = [
    payments.on('wireSend', ({ wire, data }) => find(wire)?.send(data)),
    payments.on('wireBuy', (event) => find(event.wire)?.onBuy(event)),
    payments.on('wireSell', (event) => find(event.wire)?.onSell(event)),
    payments.on('credit', ({ account, limit }) => {
      for (const id of gate.credit(account, limit)) find(id)?.update();
    }),
    payments.on('wireDrop', ({ wire: id, ban }) => {
      const wire = find(id)?.wire;
      if (wire === undefined) return;
      if (ban) bans.ban(wire.peerId, wire.remoteAddress);
      wire.destroy();
    }),
  ];

  return {
    gate,
    nextId() {
      lastId += 1;
      return wireId(lastId);
    },
    enter: (session, torrent) => void wires.set(session.id, { session, torrent }),
    leave(id) {
      wires.delete(id);
      gate.close(id);
    },
    close() {
      for (const unsubscribe of subscriptions) unsubscribe();
    },
  };
};
