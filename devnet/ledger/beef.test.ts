import { Beef, Transaction } from '@bsv/sdk';
import fc from 'fast-check';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { alice, bob, payment, workbench, type Workbench } from '../testing/workbench.ts';
import { decodeBeef, encodeAtomicBeef, encodeBeef, isBeef } from './beef.ts';
import { bytesOf, hexOf } from './bytes.ts';
import { outpoint } from './transaction.ts';

// All of it is computed for real, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let bench: Workbench;
let subject: string;
let parents: string[];

beforeAll(() => {
  bench = workbench();
  const { ledger } = bench;
  const coins = [bench.fund(alice, 50_000), bench.fund(alice, 60_000)];
  ledger.mine();
  coins.push(bench.fund(alice, 70_000));
  const merge = payment(alice, coins, [{ satoshis: 179_000, script: bob.script }]);
  ledger.submit(merge);
  const coin = ledger.coins.get(outpoint(merge.txid, 0));
  const last = payment(bob, coin === undefined ? [] : [coin], [
    { satoshis: 178_000, script: alice.script },
  ]);
  ledger.submit(last);
  subject = last.txid;
  parents = [...coins.map(({ txid }) => txid), merge.txid];
});

const beefOf = (txid: string): Uint8Array => encodeBeef(bench.ledger, txid) ?? new Uint8Array();

describe('BEEF', () => {
  it('carries the ancestry down to mined transactions, oldest first', () => {
    const parts = decodeBeef(beefOf(subject));
    expect(parts.subject).toBe(subject);
    const ids = parts.txs.map(({ tx }) => tx.txid);
    expect(ids).toEqual(expect.arrayContaining(parents));
    expect(ids.at(-1)).toBe(subject);
    for (const [index, { tx, bump }] of parts.txs.entries()) {
      if (bump !== undefined) continue;
      for (const { txid } of tx.inputs) expect(ids.indexOf(txid)).toBeLessThan(index);
    }
    // The first two coins were mined in one block and share one path.
    const [first, second] = parents.map((id) => parts.txs[ids.indexOf(id)]?.bump);
    expect(first).toBeDefined();
    expect(second).toBe(first);
  });

  it('is valid to the SDK, plain and atomic', async () => {
    const tracker = {
      currentHeight: async () => bench.ledger.chain.height(),
      isValidRootForHeight: async (root: string, height: number) =>
        bench.ledger.chain.at(height)?.merkleRoot === root,
    };
    expect(await Beef.fromBinary(beefOf(subject)).verify(tracker)).toBe(true);
    const atomic = encodeAtomicBeef(bench.ledger, subject) ?? new Uint8Array();
    expect(await Transaction.fromAtomicBEEF([...atomic]).verify(tracker)).toBe(true);
  });

  it('is read in version 2 and with known ids as well', () => {
    const beef = new Beef();
    beef.mergeBeef(beefOf(subject));
    const trimmed = beef.clone();
    trimmed.makeTxidOnly(parents[0] ?? '');
    const parts = decodeBeef(Uint8Array.from(trimmed.toBinary()));
    expect(parts.known).toEqual([parents[0]]);
    expect(parts.txs.map(({ tx }) => tx.txid)).toContain(subject);
    const atomic = decodeBeef(Uint8Array.from(beef.toBinaryAtomic(subject)));
    expect(atomic.subject).toBe(subject);
  });

  it('is told by its first bytes', () => {
    expect(isBeef(beefOf(subject))).toBe(true);
    expect(isBeef(bytesOf('01000000'))).toBe(false);
  });

  it('is unknown for an unknown transaction', () => {
    expect(encodeBeef(bench.ledger, '00'.repeat(32))).toBeUndefined();
    expect(encodeAtomicBeef(bench.ledger, '00'.repeat(32))).toBeUndefined();
  });

  it('reads damaged bytes as a BEEF or throws', () => {
    const whole = beefOf(subject);
    fc.assert(
      fc.property(
        fc.nat({ max: whole.length - 1 }),
        fc.nat({ max: 255 }),
        fc.nat({ max: whole.length }),
        (at, value, length) => {
          const damaged = Uint8Array.from(whole);
          damaged[at] = value;
          try {
            const parts = decodeBeef(damaged.subarray(0, length));
            expect(parts.txs.length).toBeGreaterThan(0);
          } catch (error) {
            expect(error).toBeInstanceOf(Error);
          }
        },
      ),
    );
  });

  it('throws on arbitrary bytes behind a valid start', () => {
    const start = fc.constantFrom('0100beef', '0200beef', `01010101${'00'.repeat(32)}0100beef`);
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 300 }), (magic, rest) => {
        expect(() => decodeBeef(bytesOf(magic + hexOf(rest)))).toThrow();
      }),
    );
  });
});
