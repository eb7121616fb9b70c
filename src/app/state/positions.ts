import { infoHash, type InfoHash } from '../../shared/units.ts';
import type { Drawer } from './drawer.ts';

/** Where a film was left. */
export interface Position {
  readonly infoHash: InfoHash;
  readonly file: number;
  /** Seconds. */
  readonly at: number;
  readonly duration: number;
  /** Ms since the epoch. */
  readonly seenAt: number;
}

/** Titles remembered; the longest unseen goes first. */
const MAX_POSITIONS = 60;
/** A film left this close to an end counts as not begun, or as seen. */
const EDGE_SECONDS = 5;

const decode = (value: unknown): Position | null => {
  if (typeof value !== 'object' || value === null) return null;
  const { infoHash: hash, file, at, duration, seenAt } = value as Record<string, unknown>;
  const figures = [file, at, duration, seenAt];
  if (!figures.every((figure) => typeof figure === 'number' && Number.isFinite(figure)))
    return null;
  try {
    return {
      infoHash: infoHash(String(hash)),
      file: Number(file),
      at: Number(at),
      duration: Number(duration),
      seenAt: Number(seenAt),
    };
  } catch {
    return null;
  }
};

/** Where films were left, newest first. */
export interface Positions {
  list(): readonly Position[];
  find(hash: InfoHash, file: number): Position | null;
  keep(position: Position): void;
  forget(hash: InfoHash): void;
}

export const createPositions = (drawer: Drawer): Positions => {
  const list = (): readonly Position[] => {
    const stored = drawer.read('positions')?.['list'];
    if (!Array.isArray(stored)) return [];
    return stored.flatMap((value: unknown) => decode(value) ?? []).slice(0, MAX_POSITIONS);
  };
  const write = (positions: readonly Position[]): void => {
    drawer.write('positions', { list: positions.slice(0, MAX_POSITIONS) });
  };
  return {
    list,
    find: (hash, file) =>
      list().find((position) => position.infoHash === hash && position.file === file) ?? null,
    keep(position) {
      const others = list().filter(({ infoHash: hash }) => hash !== position.infoHash);
      const begun = position.at >= EDGE_SECONDS;
      const over = position.duration > 0 && position.at > position.duration - EDGE_SECONDS;
      write(begun && !over ? [position, ...others] : others);
    },
    forget(hash) {
      write(list().filter((position) => position.infoHash !== hash));
    },
  };
};
