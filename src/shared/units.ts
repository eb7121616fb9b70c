/**
 * Branded units, so that a number of satoshi can never be added to a number of bytes by accident.
 * Constructors check ranges once, at the boundary; inside, the types carry the proof.
 */

declare const brand: unique symbol;
type Branded<T, Name extends string> = T & { readonly [brand]: Name };

/** A whole, non-negative number of satoshi, at most 21 million coins. */
export type Satoshi = Branded<number, 'Satoshi'>;
/** A whole, non-negative number of bytes. */
export type Bytes = Branded<number, 'Bytes'>;
/** Price of data: whole satoshi per MiB (2^20 bytes). 0 means free. */
export type SatPerMiB = Branded<number, 'SatPerMiB'>;
/** BitTorrent v1 info hash, 40 lower-case hex digits (BEP-3). */
export type InfoHash = Branded<string, 'InfoHash'>;
/** A node's public identity key: compressed secp256k1 point, 66 lower-case hex digits (BRC-43). */
export type IdentityKey = Branded<string, 'IdentityKey'>;
/** Payment channel id: 16 random bytes, 32 lower-case hex digits. */
export type ChannelId = Branded<string, 'ChannelId'>;
/** Transaction id, 64 lower-case hex digits, in display (big-endian) order. */
export type TxId = Branded<string, 'TxId'>;
/** Number that names one wire (peer connection) of one page session; never reused in that session. */
export type WireId = Branded<number, 'WireId'>;

/** All coins that there will ever be. */
export const MAX_SATOSHI = 21_000_000 * 100_000_000;

const whole = (value: number, max: number, what: string): number => {
  if (!Number.isSafeInteger(value) || value < 0 || value > max) {
    throw new RangeError(`${what} must be a whole number from 0 to ${max}, got ${value}`);
  }
  return value;
};

const hex = (value: string, digits: number, what: string): string => {
  if (value.length !== digits || !/^[0-9a-f]*$/.test(value)) {
    throw new RangeError(`${what} must be ${digits} lower-case hex digits`);
  }
  return value;
};

/** @throws RangeError unless `value` is a whole number of satoshi within the coin supply. */
export const satoshi = (value: number): Satoshi => whole(value, MAX_SATOSHI, 'satoshi') as Satoshi;
/** @throws RangeError unless `value` is a whole, safe, non-negative integer. */
export const bytes = (value: number): Bytes =>
  whole(value, Number.MAX_SAFE_INTEGER, 'bytes') as Bytes;
/** Highest price that is accepted anywhere: 2^30 sat per MiB keeps every product of price and block length a safe integer. */
export const MAX_SAT_PER_MIB = 2 ** 30;
/** @throws RangeError unless `value` is a whole number from 0 to {@link MAX_SAT_PER_MIB}. */
export const satPerMiB = (value: number): SatPerMiB =>
  whole(value, MAX_SAT_PER_MIB, 'satPerMiB') as SatPerMiB;
/** @throws RangeError unless 40 lower-case hex digits. */
export const infoHash = (value: string): InfoHash => hex(value, 40, 'info hash') as InfoHash;
/** @throws RangeError unless 66 lower-case hex digits that start with 02 or 03. */
export const identityKey = (value: string): IdentityKey => {
  if (!/^0[23]/.test(value)) throw new RangeError('identity key must be a compressed point');
  return hex(value, 66, 'identity key') as IdentityKey;
};
/** @throws RangeError unless 32 lower-case hex digits. */
export const channelId = (value: string): ChannelId => hex(value, 32, 'channel id') as ChannelId;
/** @throws RangeError unless 64 lower-case hex digits. */
export const txId = (value: string): TxId => hex(value, 64, 'transaction id') as TxId;
/** @throws RangeError unless a whole number below 2^32. */
export const wireId = (value: number): WireId => whole(value, 2 ** 32 - 1, 'wire id') as WireId;

/** 16 KiB, the block length that BitTorrent clients ask for (BEP-3) and that prices are quoted in. */
export const BLOCK_LENGTH = 16_384;
/** 2^20 bytes. */
export const MIB = 1_048_576;
