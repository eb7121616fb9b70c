const FIRST_CAPACITY = 16;
/** Most queues are of one piece and stay empty: columns come with the first row. */
const NO_INTEGERS = new Uint32Array(0);
const NO_NUMBERS = new Float64Array(0);

const grown = <T extends Uint32Array | Float64Array>(
  old: T,
  next: T,
  from: number,
  to: number,
): T => {
  next.set(old.subarray(from, to));
  return next;
};

/**
 * First in, first out, in columns: a hundred thousand blocks a second leave no garbage behind.
 * Rows are read in place by index, 0 the oldest, and dropped from the front.
 */
export class BlockQueue {
  #torrent = NO_INTEGERS;
  #piece = NO_INTEGERS;
  #offset = NO_INTEGERS;
  #length = NO_INTEGERS;
  #price = NO_NUMBERS;
  #time = NO_NUMBERS;
  #head = 0;
  #tail = 0;
  #bytes = 0;
  #units = 0;

  get size(): number {
    return this.#tail - this.#head;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Σ length × price. */
  get units(): number {
    return this.#units;
  }

  /**
   * One block: which torrent (by its index in this session), where, how long, at what price
   * (satoshi per MiB), when (ms since the epoch).
   */
  push(
    torrent: number,
    piece: number,
    offset: number,
    length: number,
    price: number,
    time: number,
  ): void {
    if (this.#tail === this.#torrent.length) this.#makeRoom();
    const at = this.#tail;
    this.#torrent[at] = torrent;
    this.#piece[at] = piece;
    this.#offset[at] = offset;
    this.#length[at] = length;
    this.#price[at] = price;
    this.#time[at] = time;
    this.#tail += 1;
    this.#bytes += length;
    this.#units += length * price;
  }

  torrent(row: number): number {
    return this.#torrent[this.#head + row] ?? 0;
  }

  piece(row: number): number {
    return this.#piece[this.#head + row] ?? 0;
  }

  offset(row: number): number {
    return this.#offset[this.#head + row] ?? 0;
  }

  length(row: number): number {
    return this.#length[this.#head + row] ?? 0;
  }

  price(row: number): number {
    return this.#price[this.#head + row] ?? 0;
  }

  time(row: number): number {
    return this.#time[this.#head + row] ?? 0;
  }

  /** Forgets the `count` oldest rows. */
  drop(count: number): void {
    const to = Math.min(this.#head + count, this.#tail);
    for (let at = this.#head; at < to; at += 1) this.#forget(at);
    this.#head = to;
    this.#rewind();
  }

  /**
   * Forgets the `count` oldest rows of one torrent, which must be there; the others keep their order.
   * Only rows older than the last of them are touched.
   */
  dropOf(torrent: number, count: number): void {
    let end = this.#head;
    for (let left = count; left > 0 && end < this.#tail; end += 1) {
      if (this.#torrent[end] !== torrent) continue;
      this.#forget(end);
      left -= 1;
    }
    let to = end;
    for (let at = end - 1; at >= this.#head; at -= 1) {
      if (this.#torrent[at] === torrent) continue;
      to -= 1;
      if (to > at) this.#move(at, to);
    }
    this.#head = to;
    this.#rewind();
  }

  /** Takes the first `bytes` off a row, which must be longer than that. */
  trim(bytes: number, row = 0): void {
    const at = this.#head + row;
    this.#offset[at] = (this.#offset[at] ?? 0) + bytes;
    this.#length[at] = (this.#length[at] ?? 0) - bytes;
    this.#bytes -= bytes;
    this.#units -= bytes * (this.#price[at] ?? 0);
  }

  /** Takes all rows of a piece out, wherever they stand. @returns their Σ length × price. */
  strike(torrent: number, piece: number): number {
    const before = this.#units;
    let to = this.#head;
    for (let at = this.#head; at < this.#tail; at += 1) {
      if (this.#torrent[at] === torrent && this.#piece[at] === piece) this.#forget(at);
      else {
        if (to < at) this.#move(at, to);
        to += 1;
      }
    }
    this.#tail = to;
    return before - this.#units;
  }

  /** Moves every row to the end of `other`, in order. */
  pour(other: BlockQueue): void {
    for (let row = 0; row < this.size; row += 1) this.#copy(row, other);
    this.drop(this.size);
  }

  /** Moves the oldest row to the end of `other`. */
  shift(other: BlockQueue): void {
    this.#copy(0, other);
    this.drop(1);
  }

  #copy(row: number, other: BlockQueue): void {
    other.push(
      this.torrent(row),
      this.piece(row),
      this.offset(row),
      this.length(row),
      this.price(row),
      this.time(row),
    );
  }

  #rewind(): void {
    if (this.#head < this.#tail) return;
    this.#head = 0;
    this.#tail = 0;
    this.#units = 0;
  }

  #forget(at: number): void {
    const length = this.#length[at] ?? 0;
    this.#bytes -= length;
    this.#units -= length * (this.#price[at] ?? 0);
  }

  #move(from: number, to: number): void {
    this.#torrent[to] = this.#torrent[from] ?? 0;
    this.#piece[to] = this.#piece[from] ?? 0;
    this.#offset[to] = this.#offset[from] ?? 0;
    this.#length[to] = this.#length[from] ?? 0;
    this.#price[to] = this.#price[from] ?? 0;
    this.#time[to] = this.#time[from] ?? 0;
  }

  #makeRoom(): void {
    const from = this.#head;
    const to = this.#tail;
    const capacity = this.#torrent.length;
    const next = Math.max(FIRST_CAPACITY, from > capacity / 2 ? capacity : 2 * capacity);
    this.#torrent = grown(this.#torrent, new Uint32Array(next), from, to);
    this.#piece = grown(this.#piece, new Uint32Array(next), from, to);
    this.#offset = grown(this.#offset, new Uint32Array(next), from, to);
    this.#length = grown(this.#length, new Uint32Array(next), from, to);
    this.#price = grown(this.#price, new Float64Array(next), from, to);
    this.#time = grown(this.#time, new Float64Array(next), from, to);
    this.#head = 0;
    this.#tail = to - from;
  }
}
