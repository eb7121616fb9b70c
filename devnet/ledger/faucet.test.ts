import { Transaction } from '@bsv/sdk';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { alice, workbench, type Workbench } from '../testing/workbench.ts';
import { bytesOf } from './bytes.ts';
import { scriptHashOf } from './coins.ts';
import { MAX_GIFT, faucetKey } from './faucet.ts';

// All of it is computed for real, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let bench: Workbench;

beforeEach(() => {
  bench = workbench();
});

const tracker = () => ({
  currentHeight: async () => bench.ledger.chain.height(),
  isValidRootForHeight: async (root: string, height: number) =>
    bench.ledger.chain.at(height)?.merkleRoot === root,
});
const read = (beef: string): Transaction => Transaction.fromAtomicBEEF([...bytesOf(beef)]);

describe('faucet', () => {
  it('gives what was asked for in an atomic BEEF that a light wallet accepts', async () => {
    const gift = bench.faucet.give(alice.script, 12_345);
    const tx = read(gift.beef);
    expect(tx.id('hex')).toBe(gift.txid);
    expect(tx.outputs[gift.vout]?.satoshis).toBe(12_345);
    expect(await tx.verify(tracker())).toBe(true);
    bench.ledger.mine();
    expect(bench.ledger.status(gift.txid)?.state).toBe('MINED');
  });

  it('gives the most it may, many times over, without a block in between', async () => {
    const gifts = Array.from({ length: 150 }, () => bench.faucet.give(alice.script, MAX_GIFT));
    expect(new Set(gifts.map(({ txid }) => txid)).size).toBe(150);
    const last = read(gifts.at(-1)?.beef ?? '');
    expect(await last.verify(tracker())).toBe(true);
    // The stock is split, so that proofs stay short.
    expect((gifts.at(-1)?.beef.length ?? 0) / 2).toBeLessThan(6_000);
  });

  it('restocks from matured rewards when the stock runs low', async () => {
    const { ledger } = bench;
    const stock = () =>
      ledger.coins
        .byScript(scriptHashOf(faucetKey().script))
        .reduce((sum, { coinbase, satoshis }) => sum + (coinbase ? 0 : satoshis), 0);
    for (let i = 0; i < 310; i += 1) bench.faucet.give(alice.script, MAX_GIFT);
    const low = stock();
    ledger.mine();
    bench.faucet.restock();
    expect(stock()).toBeGreaterThan(low + 5_000_000_000);
    // The new parts are not given before they can be proven.
    const gift = bench.faucet.give(alice.script, MAX_GIFT);
    expect(await read(gift.beef).verify(tracker())).toBe(true);
  });

  it('pays the fee that is asked for now', () => {
    bench.ledger.setSatPerKb(5_000);
    const { txid } = bench.faucet.give(alice.script, 1_000);
    const record = bench.ledger.record(txid);
    expect(record?.fee).toBeGreaterThanOrEqual(((record?.tx.raw.length ?? 0) * 5_000) / 1_000);
  });

  it('survives a reorganisation that takes back its stock', async () => {
    bench.ledger.reorg(20);
    const gift = bench.faucet.give(alice.script, 1_000);
    expect(await read(gift.beef).verify(tracker())).toBe(true);
  });
});

describe('founding chain', () => {
  it('lies in the past, a block every ten minutes, so that median time lags', () => {
    const { chain } = bench.ledger;
    const now = Math.floor(bench.ledger.now() / 1000);
    expect(chain.tip()?.time).toBe(now);
    expect(chain.medianTime()).toBe(now - 5 * 600);
  });
});
