import { MerklePath } from '@bsv/sdk';
import { beforeEach, describe, expect, it } from 'vitest';
import { alice, bob, keyOf, payment, workbench, type Workbench } from '../testing/workbench.ts';
import { bytesOf } from './bytes.ts';
import type { Coin } from './coins.ts';
import { createLedger, type Submission } from './ledger.ts';
import { outpoint, type Tx, type TxOutput } from './transaction.ts';

let bench: Workbench;
let coin: Coin;

beforeEach(() => {
  bench = workbench();
  coin = bench.fund(alice, 100_000);
});

const toBob = (satoshis: number): TxOutput => ({ satoshis, script: bob.script });
const stateOf = (txid: string) => bench.ledger.status(txid)?.state;
const send = (tx: Tx): Submission => bench.ledger.submit(tx);
const coinOf = (tx: Tx, vout = 0): Coin => {
  const { satoshis = 0, script = new Uint8Array() } = tx.outputs[vout] ?? {};
  return { txid: tx.txid, vout, satoshis, script, coinbase: false };
};
/** With what it spends, as the extended format carries it. */
const claiming = (tx: Tx, coins: readonly Coin[]): Tx => ({ ...tx, claimed: coins });

describe('mempool and blocks', () => {
  it('show a payment as seen, then as mined with a path to the block', () => {
    const tx = payment(alice, [coin], [toBob(99_000)]);
    expect(send(tx)).toMatchObject({ ok: true, status: { state: 'SEEN_ON_NETWORK' } });
    const block = bench.ledger.mine();
    const status = bench.ledger.status(tx.txid);
    expect(status).toMatchObject({
      state: 'MINED',
      blockHash: block.hash,
      blockHeight: block.height,
    });
    const path = MerklePath.fromHex(status?.merklePath ?? '');
    expect(path.computeRoot(tx.txid)).toBe(block.merkleRoot);
  });

  it('answer the present status when a transaction comes again', () => {
    const tx = payment(alice, [coin], [toBob(99_000)]);
    send(tx);
    expect(send(tx)).toMatchObject({ ok: true, status: { state: 'SEEN_ON_NETWORK' } });
    bench.ledger.mine();
    expect(send(tx)).toMatchObject({ ok: true, status: { state: 'MINED' } });
    expect(bench.ledger.records().filter(({ tx: { txid } }) => txid === tx.txid)).toHaveLength(1);
  });

  it('link each block to the one before and give it a later median time', () => {
    const before = bench.ledger.chain.tip();
    const median = bench.ledger.chain.medianTime();
    const block = bench.ledger.mine();
    expect(block.previous).toBe(before?.hash);
    expect(block.height).toBe((before?.height ?? 0) + 1);
    expect(block.time).toBeGreaterThan(median);
  });

  it('know nothing of what was never sent', () => {
    expect(bench.ledger.status('ab'.repeat(32))).toBeUndefined();
  });
});

describe('double spends', () => {
  it('lose to what was seen first, and both say so until one is mined', () => {
    const first = payment(alice, [coin], [toBob(99_000)]);
    const second = payment(alice, [coin], [toBob(98_000)]);
    send(first);
    expect(send(second)).toMatchObject({
      ok: false,
      refusal: { code: 466, competing: [first.txid] },
    });
    expect(bench.ledger.status(first.txid)).toMatchObject({
      state: 'DOUBLE_SPEND_ATTEMPTED',
      competingTxs: [second.txid],
    });
    expect(bench.ledger.status(second.txid)).toMatchObject({
      state: 'DOUBLE_SPEND_ATTEMPTED',
      competingTxs: [first.txid],
    });
    bench.ledger.mine();
    expect(stateOf(first.txid)).toBe('MINED');
    expect(stateOf(second.txid)).toBe('REJECTED');
  });

  it('lose to what was mined', () => {
    send(payment(alice, [coin], [toBob(99_000)]));
    bench.ledger.mine();
    const late = payment(alice, [coin], [toBob(98_000)]);
    expect(send(late)).toMatchObject({ ok: false, refusal: { code: 466 } });
  });

  it('are not noted when the rival is invalid itself', () => {
    const first = payment(alice, [coin], [toBob(99_000)]);
    send(first);
    expect(send(payment(bob, [coin], [toBob(98_000)]))).toMatchObject({ refusal: { code: 461 } });
    expect(stateOf(first.txid)).toBe('SEEN_ON_NETWORK');
  });

  it('name the spender of an outpoint, in the mempool and after', () => {
    const tx = payment(alice, [coin], [toBob(99_000)]);
    const name = outpoint(coin.txid, coin.vout);
    expect(bench.ledger.coins.spender(name)).toBeUndefined();
    send(tx);
    expect(bench.ledger.coins.spender(name)).toEqual({ txid: tx.txid, vin: 0 });
    bench.ledger.mine();
    expect(bench.ledger.coins.spender(name)).toEqual({ txid: tx.txid, vin: 0 });
  });
});

describe('unknown parents', () => {
  it('are refused with 460 unless the transaction brings what it spends', () => {
    const parent = payment(alice, [coin], [toBob(99_000)]);
    const child = payment(bob, [coinOf(parent)], [toBob(98_000)]);
    expect(send(child)).toMatchObject({ ok: false, refusal: { code: 460 } });
    expect(send(claiming(child, [coinOf(parent)]))).toMatchObject({
      ok: true,
      status: { state: 'SEEN_IN_ORPHAN_MEMPOOL' },
    });
    expect(bench.ledger.record(child.txid)).toBeUndefined();
    send(parent);
    expect(stateOf(child.txid)).toBe('SEEN_ON_NETWORK');
    expect(bench.ledger.mine().txids.slice(-2)).toEqual([parent.txid, child.txid]);
  });

  it('adopt a whole line of orphans, whatever the order they came in', () => {
    const line = [payment(alice, [coin], [toBob(99_000)])];
    for (const satoshis of [98_000, 97_000, 96_000]) {
      line.push(payment(bob, [coinOf(line.at(-1) as Tx)], [toBob(satoshis)]));
    }
    const [parent, ...children] = line as [Tx, ...Tx[]];
    children.forEach((child, index) => {
      const source = line[index] as Tx;
      expect(send(claiming(child, [coinOf(source)]))).toMatchObject({ ok: true });
    });
    send(parent);
    expect(line.map(({ txid }) => stateOf(txid))).toEqual(line.map(() => 'SEEN_ON_NETWORK'));
  });

  it('do not make claims true: the real parent decides', () => {
    const parent = payment(alice, [coin], [toBob(50_000)]);
    const inflated = { ...coinOf(parent), satoshis: 90_000 };
    const child = payment(bob, [inflated], [toBob(89_000)]);
    expect(send(claiming(child, [inflated]))).toMatchObject({
      status: { state: 'SEEN_IN_ORPHAN_MEMPOOL' },
    });
    send(parent);
    expect(stateOf(child.txid)).toBe('REJECTED');
    expect(send(claiming(child, [inflated]))).toMatchObject({ refusal: { code: 465 } });
  });
});

describe('finality', () => {
  const SEQUENCE = 0xfffffffe;

  it('is judged by the median time of eleven blocks, not by the clock', () => {
    const { ledger } = bench;
    const lockTime = Math.floor(ledger.now() / 1000) + 3_600;
    const tx = payment(alice, [coin], [toBob(99_000)], { lockTime, sequence: SEQUENCE });
    const early = send(tx);
    expect(early).toMatchObject({ ok: true, status: { state: 'REJECTED' } });
    expect(early.ok && early.status.extraInfo).toMatch(/non-final/);
    ledger.advance(3_601);
    ledger.mine();
    expect(send(tx)).toMatchObject({ ok: true, status: { state: 'REJECTED' } });
    expect(stateOf(tx.txid)).toBe('REJECTED');
    for (let i = 0; i < 5; i += 1) ledger.mine();
    expect(ledger.chain.medianTime()).toBeGreaterThan(lockTime);
    expect(send(tx)).toMatchObject({ ok: true, status: { state: 'SEEN_ON_NETWORK' } });
  });

  it('needs the median time to be past the lock time, not at it', () => {
    const { ledger } = bench;
    const at = ledger.chain.medianTime();
    const locked = (lockTime: number): Tx =>
      payment(alice, [coin], [toBob(99_000)], { lockTime, sequence: SEQUENCE });
    send(locked(at));
    expect(stateOf(locked(at).txid)).toBe('REJECTED');
    send(locked(at - 1));
    expect(stateOf(locked(at - 1).txid)).toBe('SEEN_ON_NETWORK');
  });

  it('is judged by height below 500,000,000', () => {
    const next = bench.ledger.chain.height() + 1;
    const locked = (lockTime: number): Tx =>
      payment(alice, [coin], [toBob(99_000)], { lockTime, sequence: SEQUENCE });
    send(locked(next));
    expect(stateOf(locked(next).txid)).toBe('REJECTED');
    bench.ledger.mine();
    send(locked(next));
    expect(stateOf(locked(next).txid)).toBe('SEEN_ON_NETWORK');
  });

  it('does not matter when every input is final', () => {
    const tx = payment(alice, [coin], [toBob(99_000)], { lockTime: 4_000_000_000 });
    expect(send(tx)).toMatchObject({ status: { state: 'SEEN_ON_NETWORK' } });
  });
});

describe('block rewards', () => {
  it('cannot be spent before a hundred blocks have followed', () => {
    const key = keyOf(77);
    const ledger = createLedger({ clock: bench.clock, minerScript: key.script });
    const txid = ledger.mine().txids[0] ?? '';
    const reward = ledger.coins.get(outpoint(txid, 0));
    expect(reward).toMatchObject({ satoshis: 5_000_000_000, coinbase: true });
    const tx = payment(key, reward === undefined ? [] : [reward], [toBob(4_999_999_000)]);
    for (let height = 1; height < 99; height += 1) ledger.mine();
    expect(ledger.submit(tx)).toMatchObject({ ok: true, status: { state: 'REJECTED' } });
    ledger.mine();
    expect(ledger.submit(tx)).toMatchObject({ ok: true, status: { state: 'SEEN_ON_NETWORK' } });
  });

  it('collect the fees of the block', () => {
    send(payment(alice, [coin], [toBob(90_000)]));
    const { ledger } = bench;
    const fees = ledger.mempool().reduce((sum, { fee }) => sum + fee, 0);
    const { txids } = ledger.mine();
    const reward = ledger.coins.get(outpoint(txids[0] ?? '', 0));
    expect(reward?.satoshis).toBe(5_000_000_000 + fees);
    expect(fees).toBeGreaterThanOrEqual(10_000);
  });
});

describe('reorganisations', () => {
  it('return transactions to the mempool, and mine them again', () => {
    const { ledger } = bench;
    const tx = payment(alice, [coin], [toBob(99_000)]);
    send(tx);
    const lost = ledger.mine();
    const total = ledger.coins.total();
    ledger.reorg(1);
    expect(ledger.chain.height()).toBe(lost.height + 1);
    expect(ledger.chain.find(lost.hash)).toBeUndefined();
    expect(stateOf(tx.txid)).toBe('MINED_IN_STALE_BLOCK');
    expect(ledger.status(tx.txid)).toMatchObject({ blockHash: '', merklePath: '' });
    expect(send(tx)).toMatchObject({ status: { state: 'SEEN_ON_NETWORK' } });
    const block = ledger.mine();
    expect(ledger.status(tx.txid)).toMatchObject({ state: 'MINED', blockHash: block.hash });
    // Two empty blocks instead of one, and one more: the fees were collected once.
    expect(ledger.coins.total()).toBe(total + 2 * 5_000_000_000);
  });

  it('keep parents before children, also those that were not mined yet', () => {
    const { ledger } = bench;
    const parent = payment(alice, [coin], [toBob(99_000)]);
    send(parent);
    ledger.mine();
    const child = payment(bob, [coinOf(parent)], [toBob(98_000)]);
    send(child);
    ledger.reorg(1);
    const { txids } = ledger.mine();
    expect(txids.indexOf(parent.txid)).toBeGreaterThan(0);
    expect(txids.indexOf(parent.txid)).toBeLessThan(txids.indexOf(child.txid));
  });

  it('can evict a transaction with all that was built on it, so that a rival wins', () => {
    const { ledger } = bench;
    const parent = payment(alice, [coin], [toBob(99_000)]);
    const child = payment(bob, [coinOf(parent)], [toBob(98_000)]);
    send(parent);
    ledger.mine();
    send(child);
    const rival = payment(alice, [coin], [toBob(50_000)]);
    expect(send(rival)).toMatchObject({ ok: false });
    ledger.reorg(1, [parent.txid]);
    expect([stateOf(parent.txid), stateOf(child.txid)]).toEqual(['REJECTED', 'REJECTED']);
    expect(send(rival)).toMatchObject({ ok: true, status: { state: 'SEEN_ON_NETWORK' } });
    expect(send(parent)).toMatchObject({ ok: false, refusal: { code: 466 } });
  });

  it('never lose the first block', () => {
    const { ledger } = bench;
    const first = ledger.chain.at(0)?.hash;
    ledger.reorg(1_000);
    expect(ledger.chain.at(0)?.hash).toBe(first);
    expect(ledger.chain.height()).toBeGreaterThan(0);
  });
});

describe('coins', () => {
  it('are listed by script and leave out data', () => {
    const data = { satoshis: 0, script: bytesOf('006a01ff') };
    const tx = payment(alice, [coin], [toBob(40_000), toBob(50_000), data]);
    send(tx);
    const { coins } = bench.ledger;
    expect(coins.get(outpoint(tx.txid, 1))).toMatchObject({ satoshis: 50_000 });
    expect(coins.get(outpoint(tx.txid, 2))).toBeUndefined();
    expect(coins.get(outpoint(coin.txid, coin.vout))).toBeUndefined();
  });
});
