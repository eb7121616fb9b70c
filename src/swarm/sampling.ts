import type { RandomBytes } from '../shared/clock.ts';
import { done, fail, type Result } from '../shared/result.ts';
import { decodeBencode, isBytes, isDict } from './bencode.ts';
import { readSpan, type HashableFile } from './hashing.ts';
import { SAMPLED_PIECES } from './limits.ts';
import type { Metainfo } from './metainfo.ts';

/** 20 bytes a piece; empty when the metainfo has none. */
const hashesOf = ({ info }: Metainfo): Uint8Array => {
  const dict = decodeBencode(info);
  const pieces = isDict(dict) ? dict.get('pieces') : null;
  return isBytes(pieces) ? pieces : new Uint8Array();
};

/** The first and the last piece and some that nobody can guess, each once. */
const samplesOf = (count: number, random: RandomBytes): number[] => {
  const picks = new Set([0, count - 1]);
  const words = new Uint32Array(random(4 * SAMPLED_PIECES).slice().buffer);
  for (const word of words) picks.add(word % count);
  return [...picks].slice(0, SAMPLED_PIECES);
};

const changed = fail(
  'bad-input',
  'This file was changed since it was seeded, so nobody would accept it. Nothing was shared; seed it as a new title.',
);

/**
 * Whether local files, laid end to end, are those of a torrent: by length and by the hashes of a few
 * pieces. All of them are not read again; viewers check every piece anyway.
 */
export const sampleFiles = async (
  metainfo: Metainfo,
  files: readonly HashableFile[],
  random: RandomBytes,
): Promise<Result<void>> => {
  const total = files.reduce((sum, file) => sum + file.size, 0);
  if (total !== metainfo.length) return changed;
  const hashes = hashesOf(metainfo);
  for (const piece of samplesOf(metainfo.pieceCount, random)) {
    const start = piece * metainfo.pieceLength;
    try {
      const data = await readSpan(files, start, Math.min(total, start + metainfo.pieceLength));
      const hash = new Uint8Array(await crypto.subtle.digest('SHA-1', data));
      if (!hash.every((byte, at) => byte === hashes[20 * piece + at])) return changed;
    } catch {
      return fail('storage', 'This file cannot be read any more. Choose it again.');
    }
  }
  return done;
};
