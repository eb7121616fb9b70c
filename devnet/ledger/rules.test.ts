import { beforeEach, describe, expect, it } from 'vitest';
import { alice, bob, payment, workbench, type Workbench } from '../testing/workbench.ts';
import { bytesOf, concatBytes } from './bytes.ts';
import type { Coin } from './coins.ts';
import { MAX_SCRIPT_BYTES, feeFor } from './policy.ts';
import { isPushOnly } from './scripts.ts';
import { encodeTx, type Tx, type TxOutput } from './transaction.ts';

let bench: Workbench;
let coin: Coin;

beforeEach(() => {
  bench = workbench();
  coin = bench.fund(alice, 100_000);
});

const toBob = (satoshis: number): TxOutput => ({ satoshis, script: bob.script });

const refusal = (tx: Tx): [number, string] | 'accepted' => {
  const answer = bench.ledger.submit(tx);
  return answer.ok ? 'accepted' : [answer.refusal.code, answer.refusal.reason];
};

/** The same transaction with another unlocking script in its input. */
const unlockedBy = (tx: Tx, change: (script: Uint8Array) => Uint8Array): Tx =>
  encodeTx({ ...tx, inputs: tx.inputs.map((i) => ({ ...i, script: change(i.script) })) });

describe('rules', () => {
  it('accept an ordinary payment', () => {
    expect(refusal(payment(alice, [coin], [toBob(99_900)]))).toBe('accepted');
  });

  it('refuse a transaction without outputs or inputs with 462', () => {
    expect(refusal(payment(alice, [coin], []))).toMatchObject([462, /no inputs or outputs/]);
    const empty = encodeTx({ version: 1, inputs: [], outputs: [toBob(1)], lockTime: 0 });
    expect(refusal(empty)).toMatchObject([462, /no inputs or outputs/]);
  });

  it('refuse a coinbase sent by anyone with 462', () => {
    const inputs = [{ txid: '0'.repeat(64), vout: 0xffffffff, script: bytesOf('00'), sequence: 0 }];
    const tx = encodeTx({ version: 1, inputs, outputs: [toBob(1)], lockTime: 0 });
    expect(refusal(tx)).toMatchObject([462, /coinbase/]);
  });

  it('refuse an outpoint used twice with 462', () => {
    expect(refusal(payment(alice, [coin, coin], [toBob(150_000)]))).toMatchObject([462, /repeats/]);
  });

  it('refuse an output that the parent does not have with 462', () => {
    const ghost = { ...coin, vout: 9 };
    expect(refusal(payment(alice, [ghost], [toBob(90_000)]))).toMatchObject([
      462,
      /does not exist/,
    ]);
  });

  it('refuse dust with 464, but not empty data', () => {
    const data = bytesOf('006a0474657374');
    expect(refusal(payment(alice, [coin], [toBob(0)]))).toMatchObject([464, /0 satoshis/]);
    expect(refusal(payment(alice, [coin], [{ satoshis: 5, script: data }]))).toMatchObject([
      464,
      /5 satoshis/,
    ]);
    const fine = payment(alice, [coin], [toBob(99_900), { satoshis: 0, script: data }]);
    expect(refusal(fine)).toBe('accepted');
  });

  it('refuse amounts beyond all coins with 464, alone and in sum', () => {
    const most = 21_000_000 * 100_000_000;
    expect(refusal(payment(alice, [coin], [toBob(most + 1)]))).toMatchObject([464, /invalid/]);
    expect(refusal(payment(alice, [coin], [toBob(most), toBob(1)]))).toMatchObject([
      464,
      /total satoshis/,
    ]);
  });

  it('refuse scripts that are too long with 464 and 463', () => {
    const script = new Uint8Array(MAX_SCRIPT_BYTES + 1);
    expect(refusal(payment(alice, [coin], [{ satoshis: 1, script }]))).toMatchObject([
      464,
      /too long/,
    ]);
    const tx = unlockedBy(payment(alice, [coin], [toBob(9)]), () => script);
    expect(refusal(tx)).toMatchObject([463, /too long/]);
  });

  it('refuse less than 61 bytes with 463', () => {
    const inputs = [{ txid: coin.txid, vout: 0, script: new Uint8Array(), sequence: 0 }];
    const outputs = [{ satoshis: 1, script: new Uint8Array() }];
    const tx = encodeTx({ version: 1, inputs, outputs, lockTime: 0 });
    expect(tx.raw).toHaveLength(60);
    expect(refusal(tx)).toMatchObject([463, /too small/]);
  });

  it('refuse unlocking scripts that compute with 463, in version 1 only', () => {
    // OP_NOP in front changes nothing but the id: what version 1 must not allow.
    const padded = (tx: Tx): Tx => unlockedBy(tx, (script) => concatBytes([bytesOf('61'), script]));
    const tx = payment(alice, [coin], [toBob(99_000)]);
    expect(refusal(padded(tx))).toMatchObject([463, /push only/]);
    const relaxed = payment(alice, [coin], [toBob(99_000)], { version: 2 });
    expect(refusal(padded(relaxed))).toBe('accepted');
  });

  it('refuse version 0 with 463', () => {
    expect(refusal(payment(alice, [coin], [toBob(1)], { version: 0 }))).toMatchObject([463, /0/]);
  });

  it('refuse a foreign signature with 461', () => {
    const tx = payment(bob, [coin], [toBob(99_000)]);
    expect(refusal(tx)).toMatchObject([461, /input 0/]);
  });

  it('refuse outputs changed after signing with 461', () => {
    const tx = payment(alice, [coin], [toBob(99_000)]);
    expect(refusal(encodeTx({ ...tx, outputs: [toBob(98_000)] }))).toMatchObject([461, /input 0/]);
  });

  it('refuse a signature without the fork id with 461', () => {
    const tx = unlockedBy(payment(alice, [coin], [toBob(99_000)]), (script) => {
      const forged = Uint8Array.from(script);
      forged[forged[0] ?? 0] = 0x01;
      return forged;
    });
    expect(refusal(tx)).toMatchObject([461, /FORKID/]);
  });

  it('refuse an extra item on the stack with 461 in version 1', () => {
    const tx = unlockedBy(payment(alice, [coin], [toBob(99_000)]), (script) =>
      concatBytes([bytesOf('51'), script]),
    );
    expect(refusal(tx)).toMatchObject([461, /clean stack/]);
  });

  it('refuse a push that is not minimal with 461 in version 1', () => {
    const tx = unlockedBy(payment(alice, [coin], [toBob(99_000)]), (script) => {
      const length = script[0] ?? 0;
      return concatBytes([Uint8Array.of(0x4c, length), script.subarray(1)]);
    });
    expect(refusal(tx)).toMatchObject([461, /minimally/]);
  });

  it('refuse one satoshi too little with 465 and accept the exact fee', () => {
    const size = payment(alice, [coin], [toBob(99_000)]).raw.length;
    const fee = feeFor(size, 100);
    // Signatures differ by a byte at times; the draft's size may be one off.
    const exact = payment(alice, [coin], [toBob(100_000 - fee - 1)]);
    const short = payment(alice, [coin], [toBob(100_000 - feeFor(size - 2, 100) + 1)]);
    expect(refusal(short)).toMatchObject([465, /minimum expected fee/]);
    expect(refusal(exact)).toBe('accepted');
  });

  it('refuse outputs that exceed the inputs with 465', () => {
    expect(refusal(payment(alice, [coin], [toBob(100_001)]))).toMatchObject([465, /fee/]);
  });

  it('follow the fee rate when it moves', () => {
    bench.ledger.setSatPerKb(1_000);
    const tx = payment(alice, [coin], [toBob(99_900)]);
    expect(refusal(tx)).toMatchObject([465, /minimum expected fee/]);
    bench.ledger.setSatPerKb(0);
    expect(refusal(tx)).toBe('accepted');
  });
});

describe('isPushOnly', () => {
  it.each([
    ['', true],
    ['00', true],
    ['5160', true],
    ['0201ff', true],
    ['4c02aabb', true],
    ['4d0100aa', true],
    ['4e01000000aa', true],
    ['02aa', false],
    ['4c', false],
    ['4dffff00', false],
    ['61', false],
    ['5193', false],
  ])('%s: %s', (script, expected) => {
    expect(isPushOnly(bytesOf(script))).toBe(expected);
  });
});
