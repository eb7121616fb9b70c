import type { Network } from '../shared/config.ts';

/** Bounds of the wire format, each with its reason. The defaults of trade are in policy.ts. */

/** Name of the extension in the `m` dictionary of the extended handshake (BEP-10). */
export const EXTENSION_NAME = 'bsv_pay';
/** Greatest version of the protocol that is spoken here. */
export const PROTOCOL_VERSION = 1;
/** The byte of the hello that names the chain. Coins of one chain are worth nothing on another. */
export const NETWORK_BYTES: Readonly<Record<Network, number>> = { main: 1, test: 2, devnet: 3 };

/** Random bytes of a channel id and of a nonce: 128 bits are neither guessed nor met twice. */
export const CHANNEL_ID_BYTES = 16;
export const NONCE_BYTES = 16;
/** A compressed point of secp256k1. */
export const KEY_BYTES = 33;
/** BEP-3. */
export const PEER_ID_BYTES = 20;
export const INFO_HASH_BYTES = 20;

/** version, network, identity, nonce. */
export const HELLO_BYTES = 1 + 1 + KEY_BYTES + NONCE_BYTES;
/** Room for fields of later versions; the handshake of a peer that we do not know stays small. */
export const MAX_HELLO_BYTES = 256;

/** Largest message: the largest funding or settlement transaction and its fields, with room to spare. */
export const MAX_MESSAGE_BYTES = 128 * 1024;
/** AtomicBEEF of a funding transaction: about 300 unconfirmed ancestors of a busy wallet reach 152 kB; wallets that deep wait. */
export const MAX_FUNDING_BYTES = 96 * 1024;
/** A settlement that closes about 440 channels at 223 bytes each. */
export const MAX_RAW_TX_BYTES = 96 * 1024;
/** Below this no transaction has an input and an output. */
export const MIN_RAW_TX_BYTES = 60;
/** ECDSA signature in DER over a 256-bit curve: two integers of 1 to 33 bytes and six bytes of frame. */
export const MIN_DER_BYTES = 8;
export const MAX_DER_BYTES = 72;
/** The same with its sighash byte. */
export const MIN_SIGNATURE_BYTES = MIN_DER_BYTES + 1;
export const MAX_SIGNATURE_BYTES = MAX_DER_BYTES + 1;
/** Text for logs: one sentence. */
export const MAX_DETAIL_BYTES = 200;

/** Amounts never exceed the coin supply. */
export const MAX_SATOSHI = 21_000_000 * 100_000_000;
/** Byte counts stay exact in a double. */
export const MAX_BYTE_COUNT = Number.MAX_SAFE_INTEGER;
/** Nobody lends a gibibyte: larger windows are errors. */
export const MAX_WINDOW_BYTES = 2 ** 30;
/** Longest lifetime or margin that terms may ask for: a year. */
export const MAX_DURATION_S = 366 * 24 * 3600;
/** An nLockTime below this is a block height, and refund times are times. */
export const MIN_REFUND_AT = 500_000_000;
/** nLockTime has 32 bits, and a refund searches a usable value from T upwards. */
export const MAX_REFUND_AT = 2 ** 32 - 1 - 2 ** 16;

/** A channel pays at most 20 times a second; with its other messages a wire that sends more is broken or hostile. */
export const MAX_MESSAGES_PER_SECOND = 100;
/** What may come at once after a pause, for instance when a busy page wakes up. */
export const MESSAGE_BURST = 400;
/** Channels that one identity may hold open with a payee: the present one, the next, and those that settle. */
export const MAX_CHANNELS_PER_PEER = 8;
