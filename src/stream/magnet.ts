import { infoHash as asInfoHash, type InfoHash } from '../shared/units.ts';

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** 32 characters of RFC 4648 base32 are the same 160 bits as 40 hex digits. */
const hexOfBase32 = (text: string): string | null => {
  let bits = 0n;
  for (const char of text) {
    const value = BASE32.indexOf(char);
    if (value < 0) return null;
    bits = (bits << 5n) | BigInt(value);
  }
  return bits.toString(16).padStart(40, '0');
};

/** Longer ones are refused by the engine. */
const MAX_MAGNET = 65_536;

const hashOf = (text: string): InfoHash | null => {
  const hash = text.toLowerCase();
  if (/^[0-9a-f]{40}$/.test(hash)) return asInfoHash(hash);
  const hex = hash.length === 32 ? hexOfBase32(hash) : null;
  return hex === null ? null : asInfoHash(hex);
};

/**
 * Info hash of a magnet URI (BEP-9, hex or base32) or of an info hash written bare; null for
 * anything else, also for a magnet that has only a version 2 hash. The engine reads links by the same
 * rules: of two readings one would act on another title than was meant.
 */
export const infoHashOf = (text: string): InfoHash | null => {
  const trimmed = text.trim();
  const bare = hashOf(trimmed);
  if (bare !== null) return bare;
  if (!/^magnet:\?/i.test(trimmed) || trimmed.length > MAX_MAGNET) return null;
  const topics = new URLSearchParams(trimmed.slice(trimmed.indexOf('?') + 1)).getAll('xt');
  for (const topic of topics) {
    const hash = /^urn:btih:/i.test(topic) ? hashOf(topic.slice('urn:btih:'.length)) : null;
    if (hash !== null) return hash;
  }
  return null;
};
