import { Beef, Transaction, WhatsOnChain } from '@bsv/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDevnet, type Devnet } from '../devnet.ts';
import {
  bytesOf,
  concatBytes,
  displayOf,
  hash256,
  hashBytes,
  hexOf,
  u32,
} from '../ledger/bytes.ts';
import { scriptHashOf } from '../ledger/coins.ts';
import type { Tx } from '../ledger/transaction.ts';
import { get, listOf, post } from '../testing/client.ts';
import { fundedBy } from '../testing/network.ts';
import { alice, keyOf, payment } from '../testing/workbench.ts';

/** Nobody else's script, so that its outputs can be counted. */
const carol = keyOf(0xca401);
const UNKNOWN = 'ab'.repeat(32);

let devnet: Devnet;
let chain: string;
let mined: Tx;
let waiting: Tx;

beforeAll(async () => {
  devnet = await startDevnet({ blockInterval: 0 });
  chain = devnet.urls.chain;
  const pay = (satoshis: number): Tx => {
    const coin = fundedBy(devnet, alice, satoshis + 1_000);
    const tx = payment(alice, [coin], [{ satoshis, script: carol.script }]);
    expect(devnet.ledger.submit(tx)).toMatchObject({ ok: true });
    return tx;
  };
  mined = pay(5_000);
  devnet.mine();
  waiting = pay(7_000);
});
afterAll(() => devnet.stop());

describe('headers', () => {
  it('are found by height and by hash, and hash to their name', async () => {
    const { height, hash } = devnet.ledger.chain.tip() ?? { height: 0, hash: '' };
    const byHash = await get(`${chain}/block/${hash}/header`);
    const byHeight = await get(`${chain}/block/${height}/header`);
    expect(byHash.body).toEqual(byHeight.body);
    const told = byHash.body;
    const number = (name: string) => Number(told[name]);
    const header = concatBytes([
      u32(number('version')),
      hashBytes(String(told['previousblockhash'])),
      hashBytes(String(told['merkleroot'])),
      u32(number('time')),
      u32(Number.parseInt(String(told['bits']), 16)),
      u32(number('nonce')),
    ]);
    expect(displayOf(hash256(header))).toBe(hash);
    expect(told).toMatchObject({ height, confirmations: 1, num_tx: 3 });
  });

  it('come with their block', async () => {
    const { height, hash, txids } = devnet.ledger.chain.tip() ?? { height: 0, hash: '', txids: [] };
    const block = await get(`${chain}/block/height/${height}`);
    expect(block.body).toMatchObject({ hash, height, txcount: 3, tx: txids });
    expect((await get(`${chain}/block/hash/${hash}`)).body).toEqual(block.body);
  });

  it('are listed from the newest', async () => {
    const heights = listOf(await get(`${chain}/block/headers`)).map(({ height }) => height);
    const tip = devnet.ledger.chain.height();
    expect(heights).toEqual(Array.from({ length: 10 }, (_, index) => tip - index));
    const latest = await get(`${chain}/block/headers/latest?count=2`);
    expect(latest.text).toHaveLength(320);
    expect(latest.text.slice(0, 160)).toBe(
      hexOf(devnet.ledger.chain.tip()?.header ?? new Uint8Array()),
    );
  });

  it('satisfy the tracker of the SDK', async () => {
    class Local extends WhatsOnChain {
      protected override readonly URL = chain;
    }
    const tracker = new Local('main');
    const tip = devnet.ledger.chain.tip();
    expect(await tracker.currentHeight()).toBe(tip?.height);
    expect(await tracker.isValidRootForHeight(tip?.merkleRoot ?? '', tip?.height ?? 0)).toBe(true);
    expect(await tracker.isValidRootForHeight(UNKNOWN, tip?.height ?? 0)).toBe(false);
    expect(await tracker.isValidRootForHeight(UNKNOWN, 1_000_000)).toBe(false);
  });

  it('are summed up', async () => {
    const tip = devnet.ledger.chain.tip();
    expect((await get(`${chain}/chain/info`)).body).toMatchObject({
      chain: 'devnet',
      blocks: tip?.height,
      bestblockhash: tip?.hash,
      mediantime: devnet.ledger.chain.medianTime(),
    });
  });
});

describe('transactions', () => {
  it('are given raw and as BEEF', async () => {
    expect((await get(`${chain}/tx/${mined.txid}/hex`)).text).toBe(hexOf(mined.raw));
    for (const tx of [mined, waiting]) {
      const { text } = await get(`${chain}/tx/${tx.txid}/beef`);
      expect(Beef.fromBinary([...bytesOf(text)]).findTxid(tx.txid)).toBeDefined();
      expect(Transaction.fromHexBEEF(text).id('hex')).toBe(tx.txid);
    }
  });

  it('tell where they are', async () => {
    const tip = devnet.ledger.chain.tip();
    expect((await get(`${chain}/tx/hash/${mined.txid}`)).body).toMatchObject({
      txid: mined.txid,
      blockhash: tip?.hash,
      blockheight: tip?.height,
      confirmations: 1,
      vout: [{ value: 0.00005, n: 0, scriptPubKey: { hex: hexOf(carol.script) } }],
    });
    const young = await get(`${chain}/tx/hash/${waiting.txid}`);
    expect(young.body).toMatchObject({ confirmations: 0 });
    expect(young.body).not.toHaveProperty('blockheight');
  });

  it('tell their status in bulk', async () => {
    const txids = [mined.txid, waiting.txid, UNKNOWN];
    expect(listOf(await post(`${chain}/txs/status`, { txids }))).toEqual([
      expect.objectContaining({ txid: mined.txid, confirmations: 1 }),
      { txid: waiting.txid },
      { txid: UNKNOWN, error: 'unknown' },
    ]);
    expect((await post(`${chain}/txs/status`, { txids: 5 })).status).toBe(400);
  });

  it('have a TSC proof once mined', async () => {
    const [proof] = listOf(await get(`${chain}/tx/${mined.txid}/proof/tsc`));
    const tip = devnet.ledger.chain.tip();
    expect(proof).toMatchObject({ txOrId: mined.txid, target: tip?.hash });
    expect(proof?.['index']).toBe(tip?.txids.indexOf(mined.txid));
    expect((await get(`${chain}/tx/${waiting.txid}/proof/tsc`)).text).toBe('null');
  });
});

describe('outputs', () => {
  it('tell who spent them, in the mempool and in a block', async () => {
    const spentBy = (tx: Tx) => {
      const [input] = tx.inputs;
      return get(`${chain}/tx/${input?.txid ?? ''}/${input?.vout ?? 0}/spent`);
    };
    expect((await spentBy(mined)).body).toEqual({ txid: mined.txid, vin: 0, status: 'confirmed' });
    expect((await spentBy(waiting)).body).toEqual({
      txid: waiting.txid,
      vin: 0,
      status: 'unconfirmed',
    });
  });

  it('answer 404 while they are unspent or unknown', async () => {
    for (const path of [`${mined.txid}/0`, `${mined.txid}/7`, `${UNKNOWN}/0`]) {
      expect((await get(`${chain}/tx/${path}/spent`)).status).toBe(404);
    }
  });

  it('are listed by script hash, mined or not', async () => {
    const hash = scriptHashOf(carol.script);
    const height = devnet.ledger.chain.height();
    const all = await get(`${chain}/script/${hash}/unspent/all`);
    const old = { tx_hash: mined.txid, tx_pos: 0, value: 5_000, height, status: 'confirmed' };
    const young = { tx_hash: waiting.txid, tx_pos: 0, value: 7_000, height: 0 };
    expect(all.body).toMatchObject({ script: hash, error: '', result: [old, young] });
    const some = (which: string) => get(`${chain}/script/${hash}/${which}/unspent`);
    expect((await some('confirmed')).body).toMatchObject({ result: [old] });
    expect((await some('unconfirmed')).body).toMatchObject({ result: [young] });
    const none = await get(`${chain}/script/${UNKNOWN}/unspent/all`);
    expect(none.body).toMatchObject({ result: [] });
  });
});

it.each([
  `tx/${UNKNOWN}/hex`,
  `tx/${UNKNOWN}/beef`,
  `tx/hash/${UNKNOWN}`,
  `tx/${UNKNOWN}/proof/tsc`,
  `block/${UNKNOWN}/header`,
  'block/999999/header',
  'block/height/999999',
  'nothing',
])('answers 404 for %s', async (path) => {
  expect((await get(`${chain}/${path}`)).status).toBe(404);
});
