/**
 * What a file is by its first bytes, where its name does not say or says wrong. Knows only types
 * that a browser plays, shows or saves and never runs, so that a guess can do no harm.
 */

/** Bytes that are looked at: a transport stream shows itself in its second packet. */
export const HEAD_LENGTH = 512;

const ascii = (head: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...head.subarray(from, to));

const startsWith = (head: Uint8Array, signature: readonly number[]): boolean =>
  signature.every((byte, at) => head[at] === byte);

/** ISO base media (ISO 14496-12): the brand in the first box says who it is for. */
const BRANDS: Readonly<Record<string, string>> = {
  'qt  ': 'video/quicktime',
  'M4A ': 'audio/mp4',
  'M4B ': 'audio/mp4',
  avif: 'image/avif',
};
const RIFF_FORMS: Readonly<Record<string, string>> = {
  'AVI ': 'video/x-msvideo',
  WAVE: 'audio/wav',
  WEBP: 'image/webp',
};

const byTable = (table: Readonly<Record<string, string>>, key: string): string | null =>
  Object.hasOwn(table, key) ? (table[key] ?? null) : null;

/** Signatures that stand at the very beginning. */
const SIGNATURES: readonly (readonly [string, readonly number[]])[] = [
  ['audio/flac', [0x66, 0x4c, 0x61, 0x43]],
  ['audio/mpeg', [0x49, 0x44, 0x33]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/gif', [0x47, 0x49, 0x46, 0x38]],
  ['video/x-flv', [0x46, 0x4c, 0x56, 0x01]],
  ['application/pdf', [0x25, 0x50, 0x44, 0x46, 0x2d]],
  ['application/zip', [0x50, 0x4b, 0x03, 0x04]],
];

/** Sync word of an MPEG audio frame of layer III, with a bit rate and sampling rate that exist. */
const isMp3Frame = (head: Uint8Array): boolean => {
  const [first = 0, second = 0, third = 0] = head;
  const layer3 = first === 0xff && (second & 0xe6) === 0xe2 && (second & 0x18) !== 0x08;
  return layer3 && third >> 4 !== 0x0f && third >> 4 !== 0 && (third & 0x0c) !== 0x0c;
};

/** Media type by signature; null when there is none that is known. `head`: the first bytes. */
export const sniff = (head: Uint8Array): string | null => {
  const known = SIGNATURES.find(([, signature]) => startsWith(head, signature));
  if (known) return known[0];
  if (ascii(head, 4, 8) === 'ftyp') return byTable(BRANDS, ascii(head, 8, 12)) ?? 'video/mp4';
  if (ascii(head, 0, 4) === 'RIFF') return byTable(RIFF_FORMS, ascii(head, 8, 12));
  if (startsWith(head, [0x1a, 0x45, 0xdf, 0xa3])) {
    const start = ascii(head, 0, 64);
    if (start.includes('webm')) return 'video/webm';
    return start.includes('matroska') ? 'video/x-matroska' : null;
  }
  if (ascii(head, 0, 4) === 'OggS') {
    return ascii(head, 0, 64).includes('theora') ? 'video/ogg' : 'audio/ogg';
  }
  if (head[0] === 0x47 && head[188] === 0x47 && head[376] === 0x47) return 'video/mp2t';
  return isMp3Frame(head) ? 'audio/mpeg' : null;
};
