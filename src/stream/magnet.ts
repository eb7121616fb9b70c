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

/**
 * Info hash of a magnet URI (BEP-9, hex or base32) or of an info hash written bare; null for
 * anything else, also for a magnet that has only a version 2 hash.
 */
export const infoHashOf = (text: string): InfoHash | null => {
  const trimmed = text.trim().toLowerCase();
  const hash = /^magnet:\?/.test(trimmed)
    ? /[?&]xt(?:\.\d+)?=urn:btih:([0-9a-z]+)(?:&|$)/.exec(trimmed.replaceAll('%3a', ':'))?.[1]
    : trimmed;
  if (hash === undefined) return null;
  if (/^[0-9a-f]{40}$/.test(hash)) return asInfoHash(hash);
  const hex = hash.length === 32 ? hexOfBase32(hash) : null;
  return hex === null ? null : asInfoHash(hex);
};
