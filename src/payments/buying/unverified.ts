import { BlockQueue } from '../batcher/block-queue.ts';
import type { TorrentEntry } from '../wires/registry.ts';

interface Piece {
  /** Units that went to the ready queue before the hash check. */
  ahead: number;
  /** Blocks that wait for it. */
  readonly held: BlockQueue;
}

interface Trust {
  /** Σ ahead of all pieces under way, and all that bad pieces cost: at most one piece, for good. */
  ahead: number;
  readonly pieces: Map<number, Piece>;
  /** The part of it that bad pieces cost, by piece, while nobody is convicted of them. */
  readonly disputed: Map<number, number>;
}

export const isVerified = ({ verified }: TorrentEntry, piece: number): boolean =>
  ((verified[piece >> 3] ?? 0) & (0x80 >> (piece & 7))) !== 0;

export const markVerified = (torrent: TorrentEntry, piece: number, good: boolean): void => {
  const at = piece >> 3;
  if (at >= torrent.verified.length) return;
  const bit = 0x80 >> (piece & 7);
  const bits = torrent.verified[at] ?? 0;
  torrent.verified[at] = good ? bits | bit : bits & ~bit;
};

/**
 * Blocks from one payee whose pieces have not passed their hash check. Of each title, at most one
 * piece's worth is paid ahead of the check; the rest waits here. The bound is per title because
 * pieces of several titles grow side by side: one bound for all of them would let each wait for the
 * others, with the payee waiting for the money.
 */
export class Unverified {
  readonly #torrents = new Map<number, Trust>();
  #bytes = 0;
  #units = 0;

  /** Of the blocks that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  get units(): number {
    return this.#units;
  }

  /** The blocks that wait, a queue for each piece. */
  queues(): readonly BlockQueue[] {
    if (this.#bytes === 0) return [];
    return [...this.#torrents.values()].flatMap(({ pieces }) =>
      [...pieces.values()].map(({ held }) => held),
    );
  }

  /** A block of a piece that is not checked yet: to `ready` within the bound, else it waits. */
  arrive(
    torrent: TorrentEntry,
    block: readonly [piece: number, offset: number, length: number],
    price: number,
    time: number,
    ready: BlockQueue,
  ): void {
    const [index, offset, length] = block;
    const trust = this.#trustOf(torrent);
    let piece = trust.pieces.get(index);
    if (piece === undefined) {
      piece = { ahead: 0, held: new BlockQueue() };
      trust.pieces.set(index, piece);
    }
    const units = length * price;
    if (trust.ahead + units <= torrent.pieceLength * price) {
      trust.ahead += units;
      piece.ahead += units;
      ready.push(torrent.index, index, offset, length, price, time);
    } else {
      piece.held.push(torrent.index, index, offset, length, price, time);
      this.#bytes += length;
      this.#units += units;
    }
  }

  /**
   * The piece is good: all of it is payable, and its share of the bound is free for others.
   * @returns whether any of it came from this payee.
   */
  good(torrent: TorrentEntry, index: number, ready: BlockQueue): boolean {
    const trust = this.#torrents.get(torrent.index);
    const piece = trust?.pieces.get(index);
    if (trust === undefined || piece === undefined) return false;
    trust.pieces.delete(index);
    trust.ahead -= piece.ahead;
    this.#release(piece, ready);
    this.#promote(torrent, trust, ready);
    return true;
  }

  /**
   * The piece is bad. Its `culprit` is not paid what is not signed yet. With several sources nobody
   * is blamed yet: each is paid for its part as far as the bound goes. What is paid for bad pieces
   * uses the bound up, so that it is one piece in all, however many turn out bad; see `acquit`.
   * @returns whether any of it came from this payee.
   */
  bad(torrent: TorrentEntry, index: number, culprit: boolean, ready: BlockQueue): boolean {
    const trust = this.#torrents.get(torrent.index);
    const piece = trust?.pieces.get(index);
    if (trust === undefined || piece === undefined) return false;
    trust.pieces.delete(index);
    if (culprit) {
      trust.ahead -= ready.strike(torrent.index, index);
      this.#discard(piece);
      return true;
    }
    const { held, ahead } = piece;
    const bound = held.size > 0 ? torrent.pieceLength * held.price(0) : 0;
    let cost = ahead;
    if (trust.ahead + held.units <= bound) {
      cost += held.units;
      trust.ahead += held.units;
      this.#release(piece, ready);
    } else this.#discard(piece);
    if (cost > 0) trust.disputed.set(index, (trust.disputed.get(index) ?? 0) + cost);
    return true;
  }

  /**
   * Another source of this bad piece is convicted: what it cost here uses the bound up no longer. An
   * honest payee would otherwise wait for money, with us waiting for the rest of its pieces.
   * @returns whether it cost anything here.
   */
  acquit(torrent: TorrentEntry, index: number, ready: BlockQueue): boolean {
    const trust = this.#torrents.get(torrent.index);
    const cost = trust?.disputed.get(index);
    if (trust === undefined || cost === undefined) return false;
    trust.disputed.delete(index);
    trust.ahead -= cost;
    this.#promote(torrent, trust, ready);
    return true;
  }

  #trustOf({ index }: TorrentEntry): Trust {
    const known = this.#torrents.get(index);
    if (known !== undefined) return known;
    const trust: Trust = { ahead: 0, pieces: new Map(), disputed: new Map() };
    this.#torrents.set(index, trust);
    return trust;
  }

  #release({ held }: Piece, ready: BlockQueue): void {
    this.#bytes -= held.bytes;
    this.#units -= held.units;
    held.pour(ready);
  }

  #discard({ held }: Piece): void {
    this.#bytes -= held.bytes;
    this.#units -= held.units;
    held.drop(held.size);
  }

  /** Lets waiting blocks move up, oldest piece first, as far as the bound allows. */
  #promote(torrent: TorrentEntry, trust: Trust, ready: BlockQueue): void {
    for (const piece of trust.pieces.values()) {
      const { held } = piece;
      while (held.size > 0) {
        const units = held.length(0) * held.price(0);
        if (trust.ahead + units > torrent.pieceLength * held.price(0)) return;
        trust.ahead += units;
        piece.ahead += units;
        this.#bytes -= held.length(0);
        this.#units -= units;
        held.shift(ready);
      }
    }
  }
}
