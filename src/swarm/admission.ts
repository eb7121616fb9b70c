import type { Hurry } from './hurry.ts';
import type { Judge } from './judge.ts';
import type { LibWire } from './library.ts';
import type { Partners } from './partners.ts';
import type { WireSession } from './wire-session.ts';

/** Which peer may be asked for which piece. */
export interface Admission {
  mayRequest(wire: LibWire, piece: number): boolean;
  /** It was asked. */
  onRequested(wire: LibWire): void;
}

export interface AdmissionParts {
  readonly sessionOf: (wire: LibWire) => WireSession | undefined;
  /** Whether the peer can be asked for anything now. */
  readonly isOpen: (session: WireSession) => boolean;
  readonly hurry: Hurry;
  readonly partners: Partners;
  readonly judge: Judge;
}

export const createAdmission = (parts: AdmissionParts): Admission => {
  const { sessionOf, isOpen, hurry, partners, judge } = parts;
  return {
    mayRequest(wire, piece) {
      const session = sessionOf(wire);
      if (session === undefined || !isOpen(session)) return false;
      const { id, price } = session;
      if (!hurry.mayRequest(piece, id)) return false;
      if (!partners.mayAsk(id, price, piece) && !hurry.isLate(piece)) return false;
      // Last: it gives a suspect piece to the first that it is asked about.
      return judge.mayRequest(piece, id);
    },
    onRequested(wire) {
      const session = sessionOf(wire);
      if (session !== undefined && session.price > 0) partners.asked(session.id);
    },
  };
};
