import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The film that ships with the app: H.264 and AAC, fast start. */
export const SAMPLE_FILM = 'public/sample/rivulet-sample.mp4';

export interface SourceFile {
  readonly path: string;
  readonly length: number;
  /** Hex. */
  readonly sha256: string;
  remove(): void;
}

const sha256 = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** The sample film as a source to seed from. */
export const sampleFilm = (): SourceFile => {
  const data = readFileSync(SAMPLE_FILM);
  return { path: SAMPLE_FILM, length: data.length, sha256: sha256(data), remove: () => undefined };
};

/**
 * A file of `length` bytes that no one can compress or guess, the same for the same `seed`.
 * Not a multiple of a block when `length` is not: the last block is short.
 */
export const randomFile = (length: number, seed: number): SourceFile => {
  const data = new Uint8Array(length);
  const view = new DataView(data.buffer);
  // xorshift32: fast, and only the bytes' variety matters here.
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  for (let offset = 0; offset + 4 <= length; offset += 4) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    view.setUint32(offset, state >>> 0);
  }
  const folder = mkdtempSync(join(tmpdir(), 'rivulet-source-'));
  const path = join(folder, `random-${seed}.bin`);
  writeFileSync(path, data);
  return {
    path,
    length,
    sha256: sha256(data),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};

/** What `bytes` cost at a price per MiB: the rule of the protocol, in exact arithmetic. */
export const priceOf = (bytes: number, satPerMiB: number): number =>
  Number((BigInt(bytes) * BigInt(satPerMiB) + 1_048_575n) / 1_048_576n);
