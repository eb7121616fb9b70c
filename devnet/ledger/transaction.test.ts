import { Transaction } from '@bsv/sdk';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { byteReader, bytesOf, concatBytes, hexOf, u32, u64, varInt } from './bytes.ts';
import { decodeTx, encodeTx, isCoinbase, readTx, type Tx, type TxBody } from './transaction.ts';

// All of it is computed for real, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const script = fc.uint8Array({ maxLength: 300 });
const u32s = fc.nat({ max: 0xffffffff });
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(hexOf);
const body: fc.Arbitrary<TxBody> = fc.record({
  version: u32s,
  inputs: fc.array(fc.record({ txid: hash, vout: u32s, script, sequence: u32s }), {
    minLength: 1,
    maxLength: 5,
  }),
  outputs: fc.array(fc.record({ satoshis: fc.maxSafeNat(), script }), { maxLength: 5 }),
  lockTime: u32s,
});

/** The same transaction in extended format, built by hand from BRC-30. */
const extend = (tx: TxBody, satoshis: number, lock: Uint8Array): Uint8Array => {
  const plain = encodeTx(tx);
  const tail = encodeTx({ ...tx, inputs: [] }).raw.subarray(5);
  const claims = concatBytes([u64(satoshis), varInt(lock.length), lock]);
  const inputs = tx.inputs.map((input) => {
    const alone = encodeTx({ ...tx, inputs: [input], outputs: [] }).raw;
    return concatBytes([alone.subarray(5, alone.length - 5), claims]);
  });
  expect(plain.inputs).toEqual(tx.inputs);
  return concatBytes([
    u32(tx.version),
    bytesOf('0000000000ef'),
    varInt(tx.inputs.length),
    ...inputs,
    tail,
  ]);
};

/** With scripts in hex, so that two transactions compare by value. */
const shown = (tx: Tx) => ({
  ...tx,
  raw: hexOf(tx.raw),
  inputs: tx.inputs.map((input) => ({ ...input, script: hexOf(input.script) })),
  outputs: tx.outputs.map((output) => ({ ...output, script: hexOf(output.script) })),
});

describe('transaction codec', () => {
  it('reads back what it wrote, with the id that the SDK computes', () => {
    fc.assert(
      fc.property(body, (tx) => {
        const encoded = encodeTx(tx);
        expect(shown(decodeTx(encoded.raw))).toEqual(shown(encoded));
        expect(Transaction.fromBinary([...encoded.raw]).id('hex')).toBe(encoded.txid);
      }),
    );
  });

  it('reads extended format to the same transaction, with its claims', () => {
    fc.assert(
      fc.property(body, fc.maxSafeNat(), script, (tx, satoshis, lock) => {
        const read = decodeTx(extend(tx, satoshis, lock));
        const plain = encodeTx(tx);
        expect(read.txid).toBe(plain.txid);
        expect(hexOf(read.raw)).toBe(hexOf(plain.raw));
        expect(read.claimed?.map(({ satoshis: value }) => value)).toEqual(
          tx.inputs.map(() => satoshis),
        );
        expect(read.claimed?.every(({ script: claimed }) => hexOf(claimed) === hexOf(lock))).toBe(
          true,
        );
      }),
    );
  });

  it('takes any bytes for a transaction or throws RangeError', () => {
    const prefix = fc.constantFrom('01000000', '010000000000000000ef', '01000000ff', '01000000fe');
    fc.assert(
      fc.property(prefix, fc.uint8Array({ maxLength: 200 }), (start, rest) => {
        try {
          const tx = readTx(byteReader(concatBytes([bytesOf(start), rest])));
          expect(tx.txid).toMatch(/^[0-9a-f]{64}$/);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });

  it('does not reserve memory for counts that the data cannot hold', () => {
    const huge = concatBytes([u32(1), bytesOf('ffffffffffffffffff'), new Uint8Array(100)]);
    expect(() => decodeTx(huge)).toThrow(RangeError);
  });

  it('refuses bytes after the end', () => {
    const { raw } = encodeTx({ version: 1, inputs: [], outputs: [], lockTime: 0 });
    expect(() => decodeTx(concatBytes([raw, Uint8Array.of(0)]))).toThrow(/follow/);
  });

  it('knows a coinbase by its null outpoint', () => {
    const input = { txid: '0'.repeat(64), vout: 0xffffffff, script: bytesOf('00'), sequence: 0 };
    const tx = { version: 1, inputs: [input], outputs: [], lockTime: 0 };
    expect(isCoinbase(tx)).toBe(true);
    expect(isCoinbase({ ...tx, inputs: [{ ...input, vout: 0 }] })).toBe(false);
    expect(isCoinbase({ ...tx, inputs: [input, input] })).toBe(false);
  });
});
