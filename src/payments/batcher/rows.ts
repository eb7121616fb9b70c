/** The blocks of one batch that belong to one torrent, as the ledger keeps them. */
export interface BatchPart {
  readonly torrent: number;
  readonly sat: number;
  readonly bytes: number;
  readonly pieces: Uint32Array<ArrayBuffer>;
  readonly offsets: Uint32Array<ArrayBuffer>;
  readonly lengths: Uint32Array<ArrayBuffer>;
  readonly sats: Uint32Array<ArrayBuffer>;
  readonly ages: Uint32Array<ArrayBuffer>;
}

const FIRST_CAPACITY = 256;
const COLUMNS = 6;
const [TORRENT, PIECE, OFFSET, LENGTH, SAT, AGE] = [0, 1, 2, 3, 4, 5] as const;

/** Rows of the batch that is being cut; one buffer is used again and again. */
export class Rows {
  #data = new Uint32Array(FIRST_CAPACITY * COLUMNS);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  clear(): void {
    this.#size = 0;
  }

  push(
    torrent: number,
    piece: number,
    offset: number,
    length: number,
    sat: number,
    age: number,
  ): void {
    const at = this.#size * COLUMNS;
    if (at === this.#data.length) {
      const larger = new Uint32Array(2 * this.#data.length);
      larger.set(this.#data);
      this.#data = larger;
    }
    this.#data[at + TORRENT] = torrent;
    this.#data[at + PIECE] = piece;
    this.#data[at + OFFSET] = offset;
    this.#data[at + LENGTH] = length;
    this.#data[at + SAT] = sat;
    this.#data[at + AGE] = age;
    this.#size += 1;
  }

  sat(row: number): number {
    return this.#data[row * COLUMNS + SAT] ?? 0;
  }

  setSat(row: number, sat: number): void {
    this.#data[row * COLUMNS + SAT] = sat;
  }

  /** Copies the rows out, one part a torrent, each in its order. */
  parts(): readonly BatchPart[] {
    const first = this.#torrent(0);
    let same = 0;
    while (same < this.#size && this.#torrent(same) === first) same += 1;
    // Mostly all are of one: then there is nothing to count.
    if (same === this.#size) return same === 0 ? [] : [this.#part(first, same)];
    const counts = new Map<number, number>();
    for (let row = 0; row < this.#size; row += 1) {
      counts.set(this.#torrent(row), (counts.get(this.#torrent(row)) ?? 0) + 1);
    }
    return [...counts].map(([torrent, count]) => this.#part(torrent, count));
  }

  #torrent(row: number): number {
    return this.#data[row * COLUMNS + TORRENT] ?? 0;
  }

  #part(torrent: number, count: number): BatchPart {
    const part = {
      pieces: new Uint32Array(count),
      offsets: new Uint32Array(count),
      lengths: new Uint32Array(count),
      sats: new Uint32Array(count),
      ages: new Uint32Array(count),
    };
    const data = this.#data;
    let to = 0;
    let sat = 0;
    let bytes = 0;
    for (let at = 0; to < count; at += COLUMNS) {
      if (data[at + TORRENT] !== torrent) continue;
      part.pieces[to] = data[at + PIECE] ?? 0;
      part.offsets[to] = data[at + OFFSET] ?? 0;
      part.lengths[to] = data[at + LENGTH] ?? 0;
      part.sats[to] = data[at + SAT] ?? 0;
      part.ages[to] = data[at + AGE] ?? 0;
      sat += data[at + SAT] ?? 0;
      bytes += data[at + LENGTH] ?? 0;
      to += 1;
    }
    return { torrent, sat, bytes, ...part };
  }
}
