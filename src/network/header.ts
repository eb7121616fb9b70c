import { Hash } from '@bsv/sdk';
import { fromHex, toHex } from '../shared/hex.ts';
import { fail, ok, type Result } from '../shared/result.ts';

/** A block header as look-up services tell it, checked to be the one that its hash names. */
export interface Header {
  readonly height: number;
  readonly hash: string;
  readonly version: number;
  readonly previousHash: string;
  readonly merkleRoot: string;
  /** Unix seconds. */
  readonly time: number;
  /** Compact form of the target. */
  readonly bits: number;
  readonly nonce: number;
  /** 80 bytes. */
  readonly bytes: Uint8Array;
}

const HASH = /^[0-9a-f]{64}$/;
const NO_HASH = '0'.repeat(64);
const U32 = 2 ** 32;

const isU32 = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < U32;

const isHash = (value: unknown): value is string => typeof value === 'string' && HASH.test(value);

const reversed = (hash: string): Uint8Array => fromHex(hash).reverse();

/** The 256-bit number that a hash must not exceed; 0 for a malformed compact form. */
const targetOf = (bits: number): bigint => {
  const exponent = bits >>> 24;
  const mantissa = BigInt(bits & 0x7fffff);
  if (exponent > 32 || (bits & 0x800000) !== 0) return 0n;
  return exponent <= 3
    ? mantissa >> BigInt(8 * (3 - exponent))
    : mantissa << BigInt(8 * (exponent - 3));
};

/**
 * Decodes a header and checks its proof of work: the hash is that of the 80 bytes and lies below
 * the header's own target, which is no easier than `easiest` (compact form). A service can still
 * withhold blocks, but a made-up one costs it real work.
 * @returns `network` when anything does not fit.
 */
export const decodeHeader = (json: unknown, easiest: number): Result<Header> => {
  const nonsense = fail('network', 'The look-up service told a block header that is not one.');
  if (typeof json !== 'object' || json === null) return nonsense;
  const told = json as Record<string, unknown>;
  const { hash, height, time, nonce, merkleroot: merkleRoot } = told;
  const previousHash = told.previousblockhash || NO_HASH;
  const version = typeof told.version === 'number' ? told.version >>> 0 : undefined;
  const bits =
    typeof told.bits === 'string' && /^[0-9a-f]{8}$/.test(told.bits)
      ? Number.parseInt(told.bits, 16)
      : told.bits;
  if (!isHash(hash) || !isHash(merkleRoot) || !isHash(previousHash)) return nonsense;
  if (!isU32(height) || !isU32(time) || !isU32(nonce) || !isU32(version) || !isU32(bits)) {
    return nonsense;
  }
  const bytes = new Uint8Array(80);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, version, true);
  bytes.set(reversed(previousHash), 4);
  bytes.set(reversed(merkleRoot), 36);
  view.setUint32(68, time, true);
  view.setUint32(72, bits, true);
  view.setUint32(76, nonce, true);
  const actual = toHex(Uint8Array.from(Hash.hash256([...bytes])).reverse());
  const target = targetOf(bits);
  if (actual !== hash || BigInt(`0x${hash}`) > target || target > targetOf(easiest)) {
    return nonsense;
  }
  return ok({ height, hash, version, previousHash, merkleRoot, time, bits, nonce, bytes });
};
