/** Bounds of everything that comes from the network, each with its reason. */

/** A runtime configuration is a page of text at most. */
export const MAX_CONFIG_BYTES = 65_536;
export const MAX_URL_LENGTH = 2_048;
export const MAX_TRACKERS = 20;
export const MAX_ICE_SERVERS = 10;
export const MAX_ICE_URLS = 10;
export const MAX_CREDENTIAL_LENGTH = 1_024;

/** Longest wait for an answer in ms; ARC itself waits 5 s for the network by default. */
export const CONFIG_TIMEOUT_MS = 5_000;
export const LOOKUP_TIMEOUT_MS = 10_000;
export const ARC_TIMEOUT_MS = 15_000;

/** Statuses, policies, headers: a few hundred bytes, a block summary some thousands. */
export const MAX_JSON_BYTES = 1_048_576;
/** Hex of the largest BEEF that we take in. */
export const MAX_BEEF_HEX = 20_971_520;
/** More unspent outputs of one script than anyone pays us; the rest waits for the next look. */
export const MAX_UTXOS = 1_000;

/** Miners' relay floor since 2026; used only while no policy was ever read. */
export const DEFAULT_SAT_PER_KB = 100;
/** A hundred times the floor: a policy above this is a lie or a mistake, and is not followed. */
export const MAX_SAT_PER_KB = 10_000;
/** The floor moves rarely; a refusal for its fee makes us ask again at once. */
export const FEE_RATE_TTL_MS = 30_000;

/** How long the tip's height and median time are believed. */
export const TIP_TTL_MS = 3_000;
/** Blocks this near to the tip may still be replaced, so their headers are believed shortly. */
export const REORG_DEPTH = 6;
export const FRESH_HEADER_TTL_MS = 20_000;
export const DEEP_HEADER_TTL_MS = 3_600_000;
export const MAX_HEADERS = 5_000;

/** Failures in a row that open a breaker, and how long it then stays open: doubled each time. */
export const BREAKER_FAILURES = 4;
export const BREAKER_FIRST_PAUSE_MS = 1_000;
export const BREAKER_LAST_PAUSE_MS = 30_000;

/** Unconfirmed ancestors that are sent along when the network does not know them. */
export const MAX_ANCESTORS = 100;
