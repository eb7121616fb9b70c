import type { Clock } from '../../shared/clock.ts';
import type { ChannelId } from '../../shared/units.ts';

/** What a payee says of one channel is looked into no more often: each look asks the chain, maybe twice. */
const CLAIM_EVERY_MS = 2_000;

/** A settlement that the payee shows; null when it only says that there is one. */
type Shown = Uint8Array | null;

/**
 * Looks into what payees claim of channels, one claim of a channel at a time and with a pause after each.
 * Of those that come meanwhile the last one that shows something is looked into later.
 * @param judge looks into one; resolves with whether the channel has ended. May reject
 * @param onProblem told why a claim could not be looked into
 */
export const createClaims = (
  clock: Clock,
  judge: (cid: ChannelId, shown: Shown) => Promise<boolean>,
  onProblem: (thrown: unknown) => void,
): ((cid: ChannelId, shown: Shown) => Promise<void>) => {
  /** The next claim of each channel that is being looked at, if there is one. */
  const next = new Map<ChannelId, { readonly shown: Shown } | null>();

  const look = async (cid: ChannelId, shown: Shown): Promise<void> => {
    const waiting = next.get(cid);
    if (waiting !== undefined) {
      if (shown !== null || waiting === null) next.set(cid, { shown });
      return;
    }
    next.set(cid, null);
    let hasEnded = false;
    try {
      hasEnded = await judge(cid, shown);
    } catch (thrown) {
      onProblem(thrown);
    }
    if (hasEnded) {
      next.delete(cid);
      return;
    }
    clock.after(CLAIM_EVERY_MS, () => {
      const later = next.get(cid);
      next.delete(cid);
      if (later !== undefined && later !== null) void look(cid, later.shown);
    });
  };
  return look;
};
