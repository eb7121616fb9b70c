import { Beef, LockingScript, MerklePath, Transaction, UnlockingScript } from '@bsv/sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isBeef, isTransaction } from '../shared/transaction-bytes.ts';

const script = fc.uint8Array({ maxLength: 300 }).map((bytes) => Array.from(bytes));

/** Transactions of any size, as the SDK writes them. */
const transactions = fc
  .record({
    inputs: fc.array(fc.record({ vout: fc.nat(), script }), { maxLength: 4 }),
    outputs: fc.array(fc.record({ satoshis: fc.nat(), script }), { maxLength: 300 }),
  })
  .map(({ inputs, outputs }) => {
    const tx = new Transaction();
    for (const { vout, script: code } of inputs) {
      tx.addInput({
        sourceTXID: 'ab'.repeat(32),
        sourceOutputIndex: vout,
        unlockingScript: UnlockingScript.fromBinary(code),
      });
    }
    for (const { satoshis, script: code } of outputs) {
      tx.addOutput({ satoshis, lockingScript: LockingScript.fromBinary(code) });
    }
    return tx;
  });

/** The SDK's own BEEFs of both versions, with a proven parent. */
const beefOf = (tx: Transaction, version: number): Uint8Array => {
  const parent = new Transaction();
  parent.addInput({
    sourceTXID: 'cd'.repeat(32),
    sourceOutputIndex: 0,
    unlockingScript: new UnlockingScript([]),
  });
  parent.addOutput({ satoshis: 1, lockingScript: new LockingScript([]) });
  parent.merklePath = new MerklePath(800_000, [
    [
      { offset: 2, hash: parent.id('hex'), txid: true },
      { offset: 3, duplicate: true },
    ],
    [{ offset: 0, hash: 'ef'.repeat(32) }],
  ]);
  const beef = new Beef(version);
  beef.mergeTransaction(parent);
  beef.mergeRawTx(tx.toBinary());
  if (version === 0xefbe0002) beef.mergeTxidOnly('12'.repeat(32));
  return Uint8Array.from(beef.toBinary());
};

describe('the shape of foreign bytes', () => {
  it('is right of every transaction that the SDK writes, and of no part of it', () => {
    fc.assert(
      fc.property(transactions, fc.nat(), (tx, cut) => {
        const bytes = Uint8Array.from(tx.toBinary());
        expect(isTransaction(bytes)).toBe(true);
        expect(isTransaction(bytes.subarray(0, cut % bytes.length))).toBe(false);
        expect(isTransaction(Uint8Array.from([...bytes, 0]))).toBe(false);
      }),
    );
  });

  it('is right of every BEEF that the SDK writes, and of no part of it', () => {
    fc.assert(
      fc.property(
        transactions,
        fc.constantFrom(0xefbe0001, 0xefbe0002),
        fc.nat(),
        (tx, version, cut) => {
          const bytes = beefOf(tx, version);
          expect(isBeef(bytes)).toBe(true);
          expect(isBeef(bytes.subarray(0, cut % bytes.length))).toBe(false);
          expect(isBeef(Uint8Array.from([...bytes, 0]))).toBe(false);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('is told of any bytes, soon: what passes, the SDK reads to the end', () => {
    const base = Uint8Array.from(beefOf(new Transaction(), 0xefbe0001));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(base.length - 1), fc.integer({ min: 0, max: 255 })), {
          minLength: 1,
          maxLength: 4,
        }),
        (changes) => {
          const bytes = base.slice();
          for (const [at, value] of changes) bytes[at] = value;
          if (isBeef(bytes)) {
            try {
              Beef.fromBinary(bytes);
            } catch {
              // It may refuse what it means; it must come back.
            }
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
