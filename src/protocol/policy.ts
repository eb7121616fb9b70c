import { BLOCK_LENGTH, MIB, satoshi, satPerMiB } from '../shared/units.ts';

/** The defaults of trade, each with its reason. Limits of the wire format are in limits.ts. */

/** 17 sat for each 16 KiB block. */
export const DEFAULT_PRICE = satPerMiB(17 * (MIB / BLOCK_LENGTH));

/** First credit window: what a newcomer may owe. 16 blocks start a video while the channel is opened. */
export const WINDOW_MIN = 256 * 1024;
/** A window must cover bandwidth × round trip twice, or the payer stalls waiting for credit. */
export const WINDOW_MAX = 16 * MIB;
/** Where doubling stops as long as no larger bandwidth-delay product is seen. */
export const WINDOW_USUAL = 4 * MIB;
/**
 * Until then the window doubles when payments since the last time cover one part in so many of it: who
 * pays at once is at full speed after a few payments. Beyond, they must cover half.
 */
export const WINDOW_SHARE = 8;
/** All identities that have never paid share this much exposure; beyond it newcomers fund first. */
export const NEWCOMER_EXPOSURE = 32 * MIB;
/**
 * Data lost with a wire is forgiven up to this plus a share of what was paid (see FORGIVEN_SHARE). It is
 * the usual window: who has paid a little may owe as much, and could come back as somebody else, so its
 * first reload costs it nothing.
 */
export const FORGIVEN_MIN = 4 * MIB;
/** One byte is forgiven for so many paid: reloads are honest and rare, reconnect cheats are not. */
export const FORGIVEN_SHARE = 4;

/** How long a channel lives before the payer may refund. */
export const CHANNEL_LIFETIME_S = 7 * 24 * 3600;
/** Shorter channels are refused: median time past lags the clock by hours. */
export const CHANNEL_LIFETIME_MIN_S = 24 * 3600;
/** A refund time beyond this serves nobody and keeps the payee's books open. */
export const CHANNEL_LIFETIME_MAX_S = 60 * 24 * 3600;
/** The payee settles this long before the refund time. */
export const SETTLE_MARGIN_S = 3 * 3600;
/** Smallest channel: opening and closing cost about 71 sat at 100 sat/kB, 5 % of this. */
export const CAPACITY_MIN = satoshi(1_500);
/** Largest channel that is opened unasked: bounds what is locked if a payee vanishes. Holds 1 GiB at the default price. */
export const CAPACITY_MAX = satoshi(1_500_000);
/** Room above the expected cost, so that one channel covers a title and its re-sent blocks. */
export const CAPACITY_HEADROOM = 1.25;
/** The next channel is opened when this share of the present one is used. */
export const TOP_UP_SHARE = 0.8;
/** Most that is credited on a funding transaction before it is mined. */
export const UNCONFIRMED_CAP = satoshi(200_000);
/** Without traffic for this long the payee settles. */
export const IDLE_SETTLE_MS = 10 * 60_000;
/** Settling is not worth it below this multiple of its own fee, unless the channel ends. */
export const SETTLE_FEE_MULTIPLE = 20;

/** A held request is answered within this time or choked: 30 s kill the wire, 5 s of choke lose the customer. */
export const HOLD_MS = 1_500;
/**
 * After this long without payment the payee closes the wire. A choked wire costs next to nothing, a
 * slow machine takes half a minute to open several channels, and a debt to somebody who has left is
 * paid only when both meet again.
 */
export const DROP_AFTER_MS = 40_000;
/** A peer that is thrown out hears why: closing at once would take the message along. */
export const LAST_WORD_MS = 250;
/**
 * An authentication that takes longer fails, and there is no trade on that wire as long as it lasts.
 * Nothing is sold before, so that waiting costs nothing, and a machine that meets twenty peers at
 * once takes many seconds.
 */
export const AUTH_TIMEOUT_MS = 60_000;

/** Batches close at this many events … */
export const BATCH_EVENTS = 50;
/** … or after this long, as in the first generation of such systems … */
export const BATCH_WAIT_MS = 250;
/**
 * … and no channel signs more often than this, which bounds the load of one peer. A block waits for the
 * next signature a hundredth of a second on average; a longer wait would be most of what it takes to be paid.
 */
export const SIGNATURES_PER_SECOND = 50;

/**
 * A debt that no signature brought along is written down after this long. Pieces wait for it before they
 * outlive a crash; sooner would be one more write wherever a machine is a little behind with its signatures.
 */
export const NOTE_AFTER_MS = 60;

/** Default budget: twice the default price, a two-hour film in high definition, ten of those a day. */
export const BUDGET_MAX_SAT_PER_MIB = satPerMiB(2 * DEFAULT_PRICE);
export const BUDGET_MAX_SAT_PER_TITLE = satoshi(10_000_000);
export const BUDGET_MAX_SAT_PER_DAY = satoshi(100_000_000);
