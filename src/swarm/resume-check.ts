import type { RandomBytes } from '../shared/clock.ts';
import { overlap, piecesOf } from './extent.ts';
import type { LibTorrent } from './library.ts';
import { MAX_RESUME_SAMPLES, RESUME_SHARE } from './limits.ts';

/** Some of these pieces that nobody can guess, each once: one in a hundred. */
export const resumeSamples = (held: readonly number[], random: RandomBytes): readonly number[] => {
  const count = Math.min(MAX_RESUME_SAMPLES, Math.floor(held.length / RESUME_SHARE));
  const words = new Uint32Array(random(4 * count).slice().buffer);
  return [...new Set([...words].flatMap((word) => held[word % held.length] ?? []))];
};

/**
 * Looks into the store when a torrent is taken up with a bitfield, before anybody is served from it.
 * The library hashes one piece of each file, always the same, and so finds a file that is gone; we
 * hash some at random besides. Where one of them is bad, all that is held of its files is hashed.
 */
export const sampleHeld = (torrent: LibTorrent, random: RandomBytes): void => {
  const look = torrent._verifyPiecesUsingBitfield.bind(torrent);
  const heldPieces = (): number[] =>
    [...torrent.pieces.keys()].filter((piece) => torrent.bitfield?.get(piece) === true);
  /** All that is held of the files that these pieces are part of. */
  const around = (bad: readonly number[]): number[] => {
    const { files, pieceLength } = torrent;
    const touched = new Set<number>();
    for (const file of files) {
      if (!bad.some((piece) => overlap(file, piece, pieceLength) > 0)) continue;
      const range = piecesOf(file, 0, file.length, pieceLength);
      for (let piece = range?.from ?? 0; range && piece <= range.to; piece += 1) touched.add(piece);
    }
    return heldPieces().filter((piece) => touched.has(piece));
  };

  torrent._verifyPiecesUsingBitfield = (done) => {
    look((error) => {
      if (error || torrent.destroyed) {
        done(error);
        return;
      }
      const samples = resumeSamples(heldPieces(), random);
      torrent._verifyPiecesUsingHash(samples, (failure) => {
        const bad = samples.filter((piece) => torrent.bitfield?.get(piece) !== true);
        if (failure || torrent.destroyed || bad.length === 0) done(failure);
        else torrent._verifyPiecesUsingHash(around(bad), done);
      });
    });
  };
};
