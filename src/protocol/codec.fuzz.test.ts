import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeMessage } from './codec.ts';
import { decodeHello } from './hello.ts';
import { byteFields } from './testing/vectors.ts';

/**
 * Buffers of every kind in bulk: `FUZZ_BUFFERS` says how many (100,000), `FUZZ_SEED` which. A million
 * and more are a matter of a minute.
 */
const BUFFERS = Number(process.env['FUZZ_BUFFERS'] ?? 100_000);
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);
/** Lengths in the formats stand at these places; hostile ones claim what is not there. */
const LONGEST = 400;

/** xorshift32. */
const createDice = (seed: number): ((below: number) => number) => {
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
};

type Dice = ReturnType<typeof createDice>;

const random = (dice: Dice, length: number): Uint8Array => {
  const data = new Uint8Array(length);
  for (let at = 0; at < length; at += 1) data[at] = dice(256);
  return data;
};

/** Mostly zeros and ones, with a number that is a message: gets past many checks. */
const plausible = (dice: Dice, length: number): Uint8Array => {
  const data = new Uint8Array(length);
  for (let at = 0; at < length; at += 1) data[at] = dice(8) === 0 ? dice(256) : dice(4);
  if (length > 0) data[0] = dice(13);
  return data;
};

/** Fields whose length is claimed to be as large as it can be. */
const greedy = (dice: Dice, length: number): Uint8Array => {
  const data = plausible(dice, length);
  if (length > 4) data.fill(0xff, dice(length - 4), length);
  return data;
};

describe('decoding in bulk', () => {
  it('never throws, and gives out no more bytes than came in', () => {
    const dice = createDice(SEED);
    const outcomes = { message: 0, unknown: 0, malformed: 0, hello: 0 };
    const kinds = [random, plausible, greedy] as const;
    let valid: Uint8Array | null = null;
    for (let round = 0; round < BUFFERS; round += 1) {
      const make = kinds[dice(kinds.length)] ?? random;
      let data = make(dice, dice(LONGEST));
      if (valid !== null && dice(4) === 0) {
        // One that was accepted before, with a bit turned over.
        data = valid.slice();
        const at = dice(data.length);
        data[at] = (data[at] ?? 0) ^ (1 << dice(8));
      }
      const result = decodeMessage(data);
      if (result.ok) {
        outcomes.message += 1;
        const size = byteFields(result.value).reduce(
          (sum, part) => sum + part.buffer.byteLength,
          0,
        );
        if (size > data.length) throw new Error(`${size} bytes out of ${data.length}`);
        valid = encodeMessage(result.value);
      } else if (result.error.code === 'unsupported') outcomes.unknown += 1;
      else if (result.error.code === 'protocol') outcomes.malformed += 1;
      else throw new Error(`unexpected code ${result.error.code}`);
      if (decodeHello(data).ok) outcomes.hello += 1;
    }
    // The generators reach every outcome, so that none of this is vacuous.
    for (const count of Object.values(outcomes)) expect(count).toBeGreaterThan(0);
  }, 600_000);
});
