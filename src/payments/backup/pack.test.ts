import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pack, unpack } from './pack.ts';

const scalar = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.uint8Array({ maxLength: 40 }),
  fc.date({ noInvalidDate: true }),
);
const records = fc.array(fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), scalar), {
  maxLength: 10,
});

describe('packed records', () => {
  it('come back as they were, with bytes and dates', async () => {
    await fc.assert(
      fc.asyncProperty(records, async (value) => {
        const plain = value.map((one) => ({ ...one }));
        expect(await unpack(await pack({ list: value }))).toEqual({ list: plain });
      }),
    );
  });

  it('do not reach a prototype', async () => {
    const value = JSON.parse('{"__proto__": {"polluted": true}, "a": 1}') as unknown;
    const back = await unpack(await pack(value));
    expect((back as { polluted?: unknown }).polluted).toBeUndefined();
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('are refused beyond their bound, too deep, cut, or as noise', async () => {
    const bomb = await pack('0'.repeat(4_000_000));
    expect(bomb.length).toBeLessThan(10_000);
    await expect(unpack(bomb, 1_000_000)).rejects.toThrow('too large');
    const deep: unknown = JSON.parse('['.repeat(20) + ']'.repeat(20));
    await expect(unpack(await pack(deep))).rejects.toThrow('too deep');
    await expect(unpack((await pack({ a: 1 })).subarray(0, 12))).rejects.toThrow();
    await expect(unpack(Uint8Array.of(1, 2, 3))).rejects.toThrow();
  });
});
