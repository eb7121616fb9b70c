import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { alice, bob, keyOf, payment, workbench, type Workbench } from '../testing/workbench.ts';
import { subsidyAt } from './block.ts';
import { scriptHashOf, type Coin } from './coins.ts';
import { feeFor } from './policy.ts';
import { readSnapshot, takeSnapshot } from './snapshot.ts';
import { createLedger } from './ledger.ts';
import { isCoinbase, outpoint } from './transaction.ts';

// All of it is computed for real, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const people = [alice, bob, keyOf(3)];

/** One step of a random life of the ledger. */
type Step =
  | { readonly kind: 'gift'; readonly to: number; readonly satoshis: number }
  | { readonly kind: 'pay'; readonly from: number; readonly inputs: number; readonly parts: number }
  | { readonly kind: 'mine' }
  | { readonly kind: 'reorg'; readonly depth: number; readonly evict: boolean };

const person = fc.nat({ max: people.length - 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('gift' as const),
    to: person,
    satoshis: fc.integer({ min: 2_000, max: 1_000_000 }),
  }),
  fc.record({
    kind: fc.constant('pay' as const),
    from: person,
    inputs: fc.integer({ min: 1, max: 3 }),
    parts: fc.integer({ min: 1, max: 4 }),
  }),
  fc.constant({ kind: 'mine' as const }),
  fc.record({
    kind: fc.constant('reorg' as const),
    depth: fc.integer({ min: 1, max: 4 }),
    evict: fc.boolean(),
  }),
);

const pay = ({ ledger }: Workbench, from: number, inputs: number, parts: number): void => {
  const owner = people[from] ?? alice;
  const coins = ledger.coins.byScript(scriptHashOf(owner.script)).slice(0, inputs);
  const worth = coins.reduce((sum, { satoshis }) => sum + satoshis, 0);
  const budget = worth - feeFor(150 * coins.length + 40 * parts + 50, 100);
  if (coins.length === 0 || budget < parts) return;
  const outputs = Array.from({ length: parts }, (_, index) => ({
    satoshis: Math.floor(budget / parts),
    script: (people[(from + index) % people.length] ?? alice).script,
  }));
  expect(ledger.submit(payment(owner, coins, outputs))).toMatchObject({ ok: true });
};

const run = (bench: Workbench, steps: readonly Step[]): void => {
  for (const move of steps) {
    if (move.kind === 'gift') {
      bench.faucet.give((people[move.to] ?? alice).script, move.satoshis);
    } else if (move.kind === 'pay') pay(bench, move.from, move.inputs, move.parts);
    else if (move.kind === 'mine') bench.ledger.mine();
    else {
      const newest = bench.ledger.records().at(-1)?.tx.txid;
      bench.ledger.reorg(move.depth, move.evict && newest !== undefined ? [newest] : []);
    }
  }
};

/** What must hold at any time: no coin appears, vanishes or is spent twice. */
const check = ({ ledger }: Workbench): void => {
  let minted = 0;
  for (let height = 0; height <= ledger.chain.height(); height += 1) minted += subsidyAt(height);
  const waitingFees = ledger.mempool().reduce((sum, { fee }) => sum + fee, 0);
  expect(ledger.coins.total() + waitingFees).toBe(minted);

  const unspent = new Map<string, Coin>();
  const spent = new Set<string>();
  for (const { tx } of ledger.records()) {
    for (const input of isCoinbase(tx) ? [] : tx.inputs) {
      const name = outpoint(input.txid, input.vout);
      expect(spent.has(name)).toBe(false);
      expect(unspent.delete(name)).toBe(true);
      spent.add(name);
    }
    for (const [vout, output] of tx.outputs.entries()) {
      unspent.set(outpoint(tx.txid, vout), { ...output, txid: tx.txid, vout, coinbase: false });
    }
  }
  expect(ledger.coins.count()).toBe(unspent.size);
  for (const name of unspent.keys()) expect(ledger.coins.get(name)).toBeDefined();
};

it('conserves coins through gifts, payments, blocks and reorganisations', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 25 }), (steps) => {
      const bench = workbench();
      run(bench, steps);
      check(bench);
    }),
    { numRuns: 25 },
  );
});

it('goes on from a snapshot exactly where it stopped', () => {
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 3, maxLength: 15 }),
      fc.array(step, { maxLength: 5 }),
      (before, after) => {
        const bench = workbench();
        run(bench, before);
        bench.ledger.setSatPerKb(100);
        const text = JSON.stringify(takeSnapshot(bench.ledger));
        const ledger = createLedger({
          clock: bench.clock,
          minerScript: alice.script,
          saved: readSnapshot(text),
        });
        expect(JSON.stringify(takeSnapshot(ledger))).toBe(text);
        expect(ledger.coins.total()).toBe(bench.ledger.coins.total());
        expect(ledger.mempool().map(({ tx }) => tx.txid)).toEqual(
          bench.ledger.mempool().map(({ tx }) => tx.txid),
        );
        for (const { tx } of bench.ledger.records()) {
          expect(ledger.status(tx.txid)).toEqual(bench.ledger.status(tx.txid));
        }
        const resumed = { ...bench, ledger };
        run(
          resumed,
          after.filter(({ kind }) => kind !== 'gift'),
        );
        check(resumed);
      },
    ),
    { numRuns: 15 },
  );
});
