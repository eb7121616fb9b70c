import type { BlockQueue } from './block-queue.ts';

const FIRST_CAPACITY = 32;

/** What waits of each torrent in a queue. One set of columns is used again and again. */
export class Census {
  /** Torrents in the order of their oldest rows; the columns below follow it. */
  #torrents = new Uint32Array(FIRST_CAPACITY);
  #counts = new Uint32Array(FIRST_CAPACITY);
  #units = new Float64Array(FIRST_CAPACITY);
  #oldest = new Float64Array(FIRST_CAPACITY);
  #filled = new Float64Array(FIRST_CAPACITY);
  /** Where a torrent stands, plus one; 0 when it has no row. */
  #places = new Uint32Array(FIRST_CAPACITY);
  #size = 0;

  /** Torrents that have rows. */
  get size(): number {
    return this.#size;
  }

  /** Counts every row. A batch of a torrent is full with `batch` rows. */
  take(queue: BlockQueue, batch: number): void {
    for (let at = 0; at < this.#size; at += 1) this.#places[this.torrent(at)] = 0;
    this.#size = 0;
    for (let row = 0; row < queue.size; row += 1) {
      const at = this.#placeOf(queue.torrent(row));
      const time = queue.time(row);
      const count = this.count(at) + 1;
      this.#counts[at] = count;
      this.#units[at] = this.units(at) + queue.length(row) * queue.price(row);
      if (time < this.oldest(at)) this.#oldest[at] = time;
      if (count === batch) this.#filled[at] = time;
    }
  }

  torrent(at: number): number {
    return this.#torrents[at] ?? 0;
  }

  count(at: number): number {
    return this.#counts[at] ?? 0;
  }

  /** Σ length × price. */
  units(at: number): number {
    return this.#units[at] ?? 0;
  }

  /** When the row came that waits longest, ms since the epoch. */
  oldest(at: number): number {
    return this.#oldest[at] ?? 0;
  }

  /** When the last row of the first full batch came; Infinity while there are too few. */
  filled(at: number): number {
    return this.#filled[at] ?? 0;
  }

  #placeOf(torrent: number): number {
    if (torrent >= this.#places.length) this.#makeRoom(torrent + 1);
    const place = this.#places[torrent] ?? 0;
    if (place > 0) return place - 1;
    const at = this.#size;
    this.#size += 1;
    this.#places[torrent] = this.#size;
    this.#torrents[at] = torrent;
    this.#counts[at] = 0;
    this.#units[at] = 0;
    this.#oldest[at] = Infinity;
    this.#filled[at] = Infinity;
    return at;
  }

  /** No more torrents have rows than there are, so one length fits all columns. */
  #makeRoom(needed: number): void {
    const length = Math.max(needed, 2 * this.#places.length);
    const wider = <T extends Uint32Array | Float64Array>(next: T, column: T): T => {
      next.set(column);
      return next;
    };
    this.#torrents = wider(new Uint32Array(length), this.#torrents);
    this.#counts = wider(new Uint32Array(length), this.#counts);
    this.#places = wider(new Uint32Array(length), this.#places);
    this.#units = wider(new Float64Array(length), this.#units);
    this.#oldest = wider(new Float64Array(length), this.#oldest);
    this.#filled = wider(new Float64Array(length), this.#filled);
  }
}
