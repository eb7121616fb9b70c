import type { WireId } from '../shared/units.ts';
import { MAX_EVIDENCE, SOLE_SOURCE_MS } from './limits.ts';
import { wiresOf, type SourcedPiece } from './sources.ts';

/**
 * Who sent a bad block. A piece from one peer alone convicts it. A mixed piece is fetched again from
 * one peer, and its bad copy is kept: once the good one is there, the blocks that differ tell.
 */
export interface Blame {
  /** A piece failed its hash; the wires that are guilty beyond doubt. */
  failed(index: number, blocks: SourcedPiece): readonly WireId[];
  /** A piece is good; the wires that sent other data for it before. */
  verified(index: number, blocks: SourcedPiece): readonly WireId[];
  /** Whether this wire may be asked for blocks of this piece. */
  mayRequest(index: number, wire: WireId): boolean;
  /** The wire is gone or not bought from any more: another may take over its pieces. */
  released(wire: WireId): void;
}

interface Suspicion {
  sole: WireId | null;
  since: number;
  readonly evidence: SourcedPiece[];
}

const sizeOf = (blocks: SourcedPiece): number =>
  [...blocks.values()].reduce((sum, { data }) => sum + data.length, 0);

const equal = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((value, at) => value === b[at]);

export const createBlame = (now: () => number): Blame => {
  const suspicions = new Map<number, Suspicion>();
  let kept = 0;

  const suspect = (index: number): Suspicion => {
    const suspicion = suspicions.get(index) ?? { sole: null, since: 0, evidence: [] };
    suspicions.set(index, suspicion);
    return suspicion;
  };

  return {
    failed(index, blocks) {
      const wires = wiresOf(blocks);
      const suspicion = suspect(index);
      suspicion.sole = null;
      const size = sizeOf(blocks);
      if (wires.length > 1 && kept + size <= MAX_EVIDENCE) {
        suspicion.evidence.push(blocks);
        kept += size;
      }
      return wires.length === 1 ? wires : [];
    },

    verified(index, blocks) {
      const suspicion = suspicions.get(index);
      if (suspicion === undefined) return [];
      suspicions.delete(index);
      const guilty = new Set<WireId>();
      for (const bad of suspicion.evidence) {
        kept -= sizeOf(bad);
        for (const [number, { wire, data }] of bad) {
          const good = blocks.get(number);
          if (good !== undefined && !equal(good.data, data)) guilty.add(wire);
        }
      }
      return [...guilty];
    },

    mayRequest(index, wire) {
      const suspicion = suspicions.get(index);
      if (suspicion === undefined) return true;
      if (suspicion.sole === null || now() - suspicion.since > SOLE_SOURCE_MS) {
        suspicion.sole = wire;
        suspicion.since = now();
      }
      return suspicion.sole === wire;
    },

    released(wire) {
      for (const suspicion of suspicions.values()) {
        if (suspicion.sole === wire) suspicion.sole = null;
      }
    },
  };
};

/** Peers that are not let in again while this page lives. */
export interface Bans {
  ban(peerId: string | null, address: string | undefined): void;
  has(peerId: string | null, address: string | undefined): boolean;
}

/** @param perAddress bans of one address after which the whole address is banned. */
export const createBans = (perAddress: number): Bans => {
  const peerIds = new Set<string>();
  const addresses = new Map<string, number>();
  return {
    ban(peerId, address) {
      if (peerId !== null) peerIds.add(peerId);
      if (address !== undefined) addresses.set(address, (addresses.get(address) ?? 0) + 1);
    },
    has: (peerId, address) =>
      (peerId !== null && peerIds.has(peerId)) ||
      (address !== undefined && (addresses.get(address) ?? 0) >= perAddress),
  };
};
