import type { PeerTrade } from '../../shared/ports/payments.ts';
import type { FileView, PeerView, TorrentView } from '../../shared/ports/torrents.ts';
import type { TradeState } from '../../shared/ports/wire-payments.ts';
import { BLOCK_LENGTH, MIB } from '../../shared/units.ts';

/** Blocks of 16 KiB in one MiB. */
const BLOCKS_PER_MIB = MIB / BLOCK_LENGTH;
const MIB_PER_GIB = 1024;

/**
 * Whole satoshi for `bytes` at `satPerMiB`, rounded up once over the sum as the protocol bills it.
 * In big integers, because the product of a long film and a high price leaves the safe range.
 */
export const costOf = (bytes: number, satPerMiB: number): number => {
  const units = BigInt(bytes) * BigInt(satPerMiB);
  return Number((units + BigInt(MIB - 1)) / BigInt(MIB));
};

/** Satoshi for one block of 16 KiB; a fraction where the price is no multiple of 64. */
export const satPerBlock = (satPerMiB: number): number => satPerMiB / BLOCKS_PER_MIB;

export const satPerGiB = (satPerMiB: number): number => satPerMiB * MIB_PER_GIB;

/** Satoshi for one hour of a film of `length` bytes that lasts `seconds`; null when it has no length. */
export const satPerHour = (satPerMiB: number, length: number, seconds: number): number | null => {
  if (!(seconds > 0) || !Number.isFinite(seconds)) return null;
  return Math.ceil((((length / MIB) * satPerMiB) / seconds) * 3600);
};

/** What one connected peer asks for its data. */
export interface Offer {
  readonly wire: number;
  readonly satPerMiB: number;
  readonly state: TradeState;
}

/**
 * The offers among the peers: those with a known price, and seeders that ask nothing. A leecher
 * that asks nothing is no offer, because it may have nothing.
 */
export const offersOf = (
  peers: readonly PeerView[],
  trades: readonly PeerTrade[],
): readonly Offer[] => {
  const offers: Offer[] = [];
  for (const peer of peers) {
    const trade = trades.find((candidate) => candidate.wire === peer.wire);
    const asked = peer.satPerMiB ?? trade?.buyPrice ?? null;
    const free = peer.buyState === 'free' && peer.seeder;
    const satPerMiB = asked ?? (free ? 0 : null);
    if (satPerMiB !== null && (peer.seeder || peer.paid)) {
      offers.push({ wire: peer.wire, satPerMiB, state: peer.buyState });
    }
  }
  return offers;
};

export interface PriceRange {
  readonly best: number;
  readonly worst: number;
  readonly offers: number;
  /** Whether every offer is above the user's cap or refused: nothing could be bought now. */
  readonly outOfReach: boolean;
}

/** Best and worst price of those that can be bought from, or of all when none can. */
export const priceRange = (offers: readonly Offer[]): PriceRange | null => {
  const within = offers.filter(({ state }) => state !== 'too-expensive' && state !== 'refused');
  const counted = within.length > 0 ? within : offers;
  if (counted.length === 0) return null;
  const prices = counted.map(({ satPerMiB }) => satPerMiB);
  return {
    best: Math.min(...prices),
    worst: Math.max(...prices),
    offers: counted.length,
    outOfReach: within.length === 0,
  };
};

/** Web hosts that would be asked after the start and give it free, where nobody else has it; else 0. */
export const freeHosts = ({ peers, webSeeds }: Pick<TorrentView, 'peers' | 'webSeeds'>): number =>
  peers.length > 0 ? 0 : webSeeds.filter(({ state }) => state === 'idle').length;

/** Bytes of the selected files that are not held yet: what is still to be bought. */
export const missingBytes = (files: readonly FileView[], selected: ReadonlySet<number>): number =>
  files.reduce(
    (sum, file) => (selected.has(file.index) ? sum + Math.max(0, file.length - file.held) : sum),
    0,
  );

/**
 * What the title will have cost in the end: what is paid already, and the rest at the average paid
 * so far, or at the best offer while nothing is paid. Null while neither is known.
 */
export const projectedCost = (
  paid: { readonly sat: number; readonly bytes: number },
  missing: number,
  bestPrice: number | null,
): number | null => {
  if (missing === 0) return paid.sat;
  if (paid.bytes > 0) return Math.ceil(paid.sat + (paid.sat / paid.bytes) * missing);
  return bestPrice === null ? null : paid.sat + costOf(missing, bestPrice);
};
