import type { FilePriority } from '../shared/ports/torrents.ts';
import { overlap, piecesOf, type FileSpan, type PieceRange } from './extent.ts';
import { CRITICAL_BYTES, READ_AHEAD } from './limits.ts';
import type { Place } from './windows.ts';

/** What the library is to fetch, in order of urgency. */
export interface Plan {
  /** What each reader needs next, in the order given: nobody waits for the rest of another's file. */
  readonly urgent: readonly PieceRange[];
  /** What comes next in order: the read-ahead of each reader; without any, how the first file begins. */
  readonly ahead: readonly PieceRange[];
  /** Of what is wanted beyond that, where the rarest pieces go first: range after range. */
  readonly rest: readonly PieceRange[];
  /** All that readers need, of the newest first; no range lies in one before it. */
  readonly streams: readonly PieceRange[];
  /** Files that the user wants, the most important first, each fetched from its beginning. */
  readonly files: readonly PieceRange[];
  /**
   * The first and the last piece of the first of these: a player reads both before it plays, and
   * the second of them only once it has read the first.
   */
  readonly ends: readonly PieceRange[];
  /** Pieces that may be taken over from slow peers. */
  readonly critical: readonly number[];
}

export interface Layout {
  readonly files: readonly FileSpan[];
  readonly pieceLength: number;
}

const RANKS: readonly FilePriority[] = ['high', 'normal', 'low'];
const rankOf = (priority: FilePriority = 'normal'): number => RANKS.indexOf(priority);

/** What of a range comes before those that have its end; null when they have all of it. */
const uncovered = ({ from, to }: PieceRange, others: readonly PieceRange[]): PieceRange | null => {
  const cover = others.find((other) => other.from <= to && other.to >= to);
  if (cover === undefined) return { from, to };
  return cover.from <= from ? null : uncovered({ from, to: cover.from - 1 }, others);
};

interface Ranked extends PieceRange {
  readonly rank: number;
}

/** Ranges that follow each other and are as important become one. */
const joined = (ranges: readonly Ranked[]): readonly PieceRange[] => {
  const all: Ranked[] = [];
  for (const range of ranges) {
    const last = all.at(-1);
    const follows = last?.rank === range.rank && range.from <= last.to + 1;
    if (follows) all[all.length - 1] = { ...last, to: Math.max(last.to, range.to) };
    else all.push(range);
  }
  return all.map(({ from, to }) => ({ from, to }));
};

/**
 * Pure planner. A reader of a wanted file gets all from its place to the end of the file before
 * what it skipped; a reader of another file gets what it asked for and a read-ahead, and no more.
 */
export const makePlan = (
  { files, pieceLength }: Layout,
  wanted: ReadonlySet<number>,
  readers: readonly Place[],
  priorities: ReadonlyMap<number, FilePriority> = new Map(),
): Plan => {
  const urgent: PieceRange[] = [];
  const critical = new Set<number>();
  for (const { file, at, end } of readers) {
    const span = files[file];
    const next = span && piecesOf(span, at, Math.min(end, at + CRITICAL_BYTES), pieceLength);
    if (!next) continue;
    urgent.push(next);
    for (let piece = next.from; piece <= next.to; piece += 1) critical.add(piece);
  }
  const streams: PieceRange[] = [];
  const ahead: PieceRange[] = [];
  const beyond: PieceRange[] = [];
  for (const { file, at, end } of [...readers].sort((a, b) => b.reader - a.reader)) {
    const span = files[file];
    if (span === undefined) continue;
    const isWanted = wanted.has(file);
    const soon = isWanted ? at + READ_AHEAD : Math.max(end, at + READ_AHEAD);
    const range = piecesOf(span, at, isWanted ? span.length : soon, pieceLength);
    const rest = range && uncovered(range, streams);
    if (rest) streams.push(rest);
    const next = piecesOf(span, at, soon, pieceLength);
    if (!next) continue;
    ahead.push(next);
    if (range && range.to > next.to) beyond.push({ from: next.to + 1, to: range.to });
  }
  const wholes = [...wanted]
    .sort((a, b) => rankOf(priorities.get(a)) - rankOf(priorities.get(b)) || a - b)
    .flatMap((index) => {
      const span = files[index];
      const range = span === undefined ? null : piecesOf(span, 0, span.length, pieceLength);
      return range === null ? [] : [{ ...range, rank: rankOf(priorities.get(index)) }];
    });
  const [first] = wholes;
  const ends = first === undefined ? [] : [...new Set([first.from, first.to])];
  if (first !== undefined && readers.length === 0) {
    const begin = first.from + Math.ceil(CRITICAL_BYTES / pieceLength) - 1;
    ahead.push({ from: first.from, to: Math.min(first.to, begin) });
  }
  return {
    urgent,
    ahead,
    rest: [...beyond, ...joined(wholes)],
    streams,
    files: wholes.map(({ from, to }) => ({ from, to })),
    ends: ends.map((piece) => ({ from: piece, to: piece })),
    critical: [...critical],
  };
};

/** Bytes held of each file, kept up piece by piece: counting them anew is O(pieces). */
export interface HeldCount {
  /** The piece was verified. */
  add(index: number): void;
  /** The piece turned out to be bad. */
  remove(index: number): void;
  of(file: number): number;
  readonly total: number;
}

export const createHeldCount = ({ files, pieceLength }: Layout): HeldCount => {
  const held = files.map(() => 0);
  const seen = new Set<number>();
  let total = 0;
  const count = (index: number, sign: 1 | -1): void => {
    // Files lie in order: the first that reaches into the piece, then on while they overlap.
    let low = 0;
    let high = files.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const file = files[middle];
      if (file !== undefined && file.offset + file.length > index * pieceLength) high = middle;
      else low = middle + 1;
    }
    for (let at = low; at < files.length; at += 1) {
      const file = files[at];
      if (file === undefined || file.offset >= (index + 1) * pieceLength) break;
      const bytes = sign * overlap(file, index, pieceLength);
      held[at] = (held[at] ?? 0) + bytes;
      total += bytes;
    }
  };
  return {
    add(index) {
      if (seen.has(index)) return;
      seen.add(index);
      count(index, 1);
    },
    remove(index) {
      if (seen.delete(index)) count(index, -1);
    },
    of: (file) => held[file] ?? 0,
    get total() {
      return total;
    },
  };
};
