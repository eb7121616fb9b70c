import {
  closeSync,
  copyFileSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { randomFillSync } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../scripts/lib/process.mjs';
import type { Scope } from './scope.ts';

export const MIB = 1_048_576;

/** The film that ships with the app: H.264 and AAC, fast start. */
export const FILM = join(ROOT, 'public/sample/rivulet-sample.mp4');

/** A file to seed from. */
export interface Source {
  readonly path: string;
  readonly length: number;
}

const folderIn = (scope: Scope): string => {
  const folder = mkdtempSync(join(tmpdir(), 'rivulet-perf-source-'));
  scope.defer(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

const append = (file: number, length: number): void => {
  const part = Buffer.alloc(Math.min(length, 8 * MIB));
  for (let left = length; left > 0; left -= part.length) {
    randomFillSync(part);
    writeSync(file, part, 0, Math.min(left, part.length));
  }
};

/** `length` bytes that nothing can compress or guess. */
export const randomSource = (scope: Scope, name: string, length: number): Source => {
  const path = join(folderIn(scope), name);
  const file = openSync(path, 'w');
  append(file, length);
  closeSync(file);
  return { path, length };
};

/**
 * The sample film, followed by a `free` box of random bytes that brings it to `length`: a player
 * plays it, and a download has to move all of it.
 */
export const paddedFilm = (scope: Scope, length: number): Source => {
  const path = join(folderIn(scope), 'film.mp4');
  copyFileSync(FILM, path);
  const padding = length - statSync(path).size;
  if (padding < 16) return { path, length: statSync(path).size };
  const file = openSync(path, 'a');
  const header = Buffer.alloc(16);
  // ISO/IEC 14496-12, 4.2: size 1 says that a 64-bit size follows the type.
  header.writeUInt32BE(1, 0);
  header.write('free', 4, 'latin1');
  header.writeBigUInt64BE(BigInt(padding), 8);
  writeSync(file, header);
  append(file, padding - header.length);
  closeSync(file);
  return { path, length };
};
