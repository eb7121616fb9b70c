import { BLOCK_LENGTH, type WireId } from '../shared/units.ts';
import { LATE_REQUEST_MS } from './limits.ts';

/** A peer as far as it matters for what a player waits for. */
export interface PeerLoad {
  readonly id: WireId;
  /** Bytes a second that it sends us. */
  readonly speed: number;
  /** Requests that wait for it, oldest first. `askedAt`: ms. */
  readonly waiting: readonly { readonly index: number; readonly askedAt: number }[];
  /** Whether this piece could be asked of it now. */
  could(index: number): boolean;
}

/** Requests for a piece that should be asked of another peer. */
export interface LateRequest {
  readonly id: WireId;
  readonly index: number;
}

/** Seconds until `blocks` more have come from it. */
const waitOf = ({ speed }: PeerLoad, blocks: number): number =>
  speed > 0 ? (blocks * BLOCK_LENGTH) / speed : Number.POSITIVE_INFINITY;

/**
 * The urgent pieces that a slow peer holds up although another would be there first: its requests
 * have been out for long, and what is left of them takes it more than twice as long as it takes the
 * quickest other peer from the end of its own queue. Pure.
 *
 * A peer that has just sent nothing for a moment is not slow: it needs another that is quicker.
 */
export const lateRequests = (
  peers: readonly PeerLoad[],
  isUrgent: (index: number) => boolean,
  now: number,
): readonly LateRequest[] => {
  const late: LateRequest[] = [];
  for (const slow of peers) {
    const ofPiece = new Map<number, { oldest: number; last: number; blocks: number }>();
    slow.waiting.forEach(({ index, askedAt }, place) => {
      if (!isUrgent(index)) return;
      const seen = ofPiece.get(index);
      ofPiece.set(index, {
        oldest: Math.min(askedAt, seen?.oldest ?? askedAt),
        last: place,
        blocks: (seen?.blocks ?? 0) + 1,
      });
    });
    for (const [index, { oldest, last, blocks }] of ofPiece) {
      if (now - oldest < LATE_REQUEST_MS) continue;
      const left = waitOf(slow, last + 1);
      const isQuicker = peers.some(
        (other) =>
          other !== slow &&
          other.could(index) &&
          2 * waitOf(other, other.waiting.length + blocks) < left,
      );
      if (isQuicker) late.push({ id: slow.id, index });
    }
  }
  return late;
};
