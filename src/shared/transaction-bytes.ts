/**
 * Whether bytes have the shape of a transaction or of a BEEF, down to their last byte. The SDK reads
 * on past the end of its input and believes every count: four bytes of a stranger's would make it fill
 * the memory. So nothing foreign is given to it that was not walked through here. Says nothing of truth.
 */

/** Where reading stopped being possible. */
class Cut extends Error {}

const MAX_TREE_HEIGHT = 64;
const TXID_LENGTH = 32;
/** Flag of a leaf in a BUMP: it has no hash of its own (BRC-74). */
const DUPLICATE = 1;

class Walker {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isOver(): boolean {
    return this.#at === this.#bytes.length;
  }

  skip(length: number): void {
    if (length > this.#bytes.length - this.#at) throw new Cut();
    this.#at += length;
  }

  byte(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) throw new Cut();
    this.#at += 1;
    return value;
  }

  /** Little-endian; anything that could count bytes here is far below 2^53. */
  number(length: number): number {
    let value = 0;
    for (let at = 0, factor = 1; at < length; at += 1, factor *= 256) value += this.byte() * factor;
    return value;
  }

  /** A variable-length integer, "CompactSize". */
  count(): number {
    const first = this.byte();
    if (first < 0xfd) return first;
    return this.number(2 ** (first - 0xfc));
  }

  /** @param least bytes that each takes: more of them than could follow are none. */
  each(least: number, one: () => void): void {
    const count = this.count();
    if (count * least > this.#bytes.length - this.#at) throw new Cut();
    for (let done = 0; done < count; done += 1) one();
  }
}

const script = (walker: Walker): void => walker.skip(walker.count());

const transaction = (walker: Walker): void => {
  walker.skip(4);
  walker.each(41, () => {
    walker.skip(TXID_LENGTH + 4);
    script(walker);
    walker.skip(4);
  });
  walker.each(9, () => {
    walker.skip(8);
    script(walker);
  });
  walker.skip(4);
};

const bump = (walker: Walker): void => {
  walker.count();
  const height = walker.byte();
  if (height > MAX_TREE_HEIGHT) throw new Cut();
  for (let level = 0; level < height; level += 1) {
    walker.each(2, () => {
      walker.count();
      const flags = walker.byte();
      if ((flags & DUPLICATE) === 0) walker.skip(TXID_LENGTH);
    });
  }
};

const ATOMIC = 0x01010101;
const BEEF_V1 = 0xefbe0001;
const BEEF_V2 = 0xefbe0002;
/** What an entry of a BEEF V2 begins with (BRC-96). */
const WITH_BUMP = 1;
const TXID_ONLY = 2;

const entryV1 = (walker: Walker): void => {
  transaction(walker);
  if (walker.byte() !== 0) walker.count();
};

const entryV2 = (walker: Walker): void => {
  const format = walker.byte();
  if (format === TXID_ONLY) {
    walker.skip(TXID_LENGTH);
    return;
  }
  if (format === WITH_BUMP) walker.count();
  transaction(walker);
};

const beef = (walker: Walker): void => {
  let version = walker.number(4);
  if (version === ATOMIC) {
    walker.skip(TXID_LENGTH);
    version = walker.number(4);
  }
  if (version !== BEEF_V1 && version !== BEEF_V2) throw new Cut();
  walker.each(2, () => bump(walker));
  walker.each(10, () => (version === BEEF_V1 ? entryV1(walker) : entryV2(walker)));
};

const walks = (bytes: Uint8Array, whole: (walker: Walker) => void): boolean => {
  const walker = new Walker(bytes);
  try {
    whole(walker);
    return walker.isOver;
  } catch (error) {
    if (error instanceof Cut) return false;
    throw error;
  }
};

/** A raw transaction, and nothing behind it. */
export const isTransaction = (bytes: Uint8Array): boolean => walks(bytes, transaction);

/** A BEEF, atomic or not (BRC-62, 95, 96), and nothing behind it. */
export const isBeef = (bytes: Uint8Array): boolean => walks(bytes, beef);
