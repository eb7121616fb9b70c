import { ARC, BEEF_V1, type Beef, Transaction } from '@bsv/sdk';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startDevnet, type Devnet } from '../devnet.ts';
import { hexOf } from '../ledger/bytes.ts';
import type { Coin } from '../ledger/coins.ts';
import type { Tx } from '../ledger/transaction.ts';
import { get, listOf, post, postRaw } from '../testing/client.ts';
import { beefBySdk, extendedBySdk, firstCoin, fundedBy } from '../testing/network.ts';
import { alice, bob, payment } from '../testing/workbench.ts';
import { MAX_BODY_BYTES } from './router.ts';

// All of it is computed for real, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let devnet: Devnet;
let arc: string;

beforeAll(async () => {
  devnet = await startDevnet({ blockInterval: 0 });
  arc = `${devnet.urls.arc}/v1`;
});
afterAll(() => devnet.stop());

const fund = (satoshis = 20_000): Coin => fundedBy(devnet, alice, satoshis);
const pay = (coin: Coin, satoshis: number, from = alice): Tx =>
  payment(from, [coin], [{ satoshis, script: bob.script }]);
const known = (txid: string): Tx => {
  const record = devnet.ledger.record(txid);
  if (record === undefined) throw new Error('unknown');
  return record.tx;
};
const sendHex = (tx: Tx) => post(`${arc}/tx`, { rawTx: hexOf(tx.raw) });

const seen = { status: 200, title: 'OK', txStatus: 'SEEN_ON_NETWORK', blockHash: '' };

describe('GET', () => {
  it('tells the policy, and its fee as it is now', async () => {
    const before = await get(`${arc}/policy`);
    expect(before.body).toMatchObject({
      policy: {
        maxscriptsizepolicy: 500_000,
        maxtxsizepolicy: 10_000_000,
        maxtxsigopscountspolicy: 4_294_967_295,
        miningFee: { satoshis: 100, bytes: 1_000 },
        standardFormatSupported: true,
      },
    });
    expect(Date.parse(String(before.body['timestamp']))).not.toBeNaN();
    devnet.ledger.setSatPerKb(250);
    expect((await get(`${arc}/policy`)).body).toMatchObject({
      policy: { miningFee: { satoshis: 250 } },
    });
    devnet.ledger.setSatPerKb(100);
  });

  it('is healthy', async () => {
    expect((await get(`${arc}/health`)).body).toMatchObject({ healthy: true });
  });

  it('answers 404 with problem details for an unknown transaction', async () => {
    const answer = await get(`${arc}/tx/${'ab'.repeat(32)}`);
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({ status: 404, title: 'Not found', txid: 'ab'.repeat(32) });
    expect(String(answer.body['type'])).toMatch(/_404$/);
  });
});

describe('POST tx', () => {
  it.each([
    ['JSON', (tx: Tx) => sendHex(tx)],
    ['text', (tx: Tx) => postRaw(`${arc}/tx`, 'text/plain', hexOf(tx.raw))],
    [
      'bytes',
      (tx: Tx) => postRaw(`${arc}/tx`, 'application/octet-stream', Uint8Array.from(tx.raw)),
    ],
  ])('takes a plain transaction as %s', async (_, send) => {
    const tx = pay(fund(), 19_000);
    const answer = await send(tx);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ ...seen, txid: tx.txid, blockHeight: 0, merklePath: '' });
  });

  it('takes extended format', async () => {
    const coin = fund();
    const tx = pay(coin, 19_000);
    const body = extendedBySdk(tx, [known(coin.txid)]);
    const answer = await postRaw(`${arc}/tx`, 'application/octet-stream', body);
    expect(answer.body).toMatchObject({ ...seen, txid: tx.txid });
  });

  it.each([
    ['BRC-62', BEEF_V1, (beef: Beef) => beef.toBinary()],
    ['BRC-96', undefined, (beef: Beef) => beef.toBinary()],
    ['BRC-95', undefined, (beef: Beef, txid: string) => beef.toBinaryAtomic(txid)],
  ])('takes BEEF (%s) and sends unmined ancestors first', async (_, version, encode) => {
    const coin = fund();
    const parent = pay(coin, 19_000);
    const child = pay(firstCoin(parent), 18_000, bob);
    const beef = beefBySdk(devnet, coin.txid, [parent, child], version);
    const rawTx = hexOf(Uint8Array.from(encode(beef, child.txid)));
    const answer = await post(`${arc}/tx`, { rawTx });
    expect(answer.body).toMatchObject({ ...seen, txid: child.txid });
    expect(devnet.ledger.status(parent.txid)?.state).toBe('SEEN_ON_NETWORK');
  });

  it('works with the broadcaster of the SDK, mines, and gives the path', async () => {
    const coin = fund();
    const tx = pay(coin, 19_000);
    const sdk = Transaction.fromEF(extendedBySdk(tx, [known(coin.txid)]));
    expect(await sdk.broadcast(new ARC(devnet.urls.arc))).toMatchObject({
      status: 'success',
      txid: tx.txid,
    });
    devnet.mine();
    const mined = await get(`${arc}/tx/${tx.txid}`);
    const block = devnet.ledger.chain.tip();
    expect(mined.body).toMatchObject({
      txStatus: 'MINED',
      blockHash: block?.hash,
      blockHeight: block?.height,
      competingTxs: null,
    });
    expect(String(mined.body['merklePath'])).not.toBe('');
    expect((await sendHex(tx)).body).toMatchObject({ status: 200, txStatus: 'MINED' });
  });
});

describe('refusals', () => {
  const expectProblem = async (tx: Tx, code: number, info: RegExp): Promise<void> => {
    const answer = await sendHex(tx);
    expect(answer.status).toBe(code);
    expect(answer.body).toMatchObject({ status: code, txid: tx.txid, instance: null });
    expect(String(answer.body['type'])).toBe(
      `https://bitcoin-sv.github.io/arc/#/errors?id=_${code}`,
    );
    expect(String(answer.body['extraInfo'])).toMatch(info);
  };

  it('461 for a foreign signature', async () => {
    await expectProblem(pay(fund(), 19_000, bob), 461, /input 0/);
  });

  it('464 for dust', async () => {
    await expectProblem(pay(fund(), 0), 464, /satoshis is invalid/);
  });

  it('465 for a low fee', async () => {
    await expectProblem(pay(fund(), 19_999), 465, /minimum expected fee/);
  });

  it('466 for a double spend, naming the first', async () => {
    const coin = fund();
    const first = pay(coin, 19_000);
    const second = pay(coin, 18_000);
    await sendHex(first);
    await expectProblem(second, 466, new RegExp(first.txid));
    expect((await sendHex(second)).body).toMatchObject({ competingTxs: [first.txid] });
    for (const [txid, rival] of [
      [first.txid, second.txid],
      [second.txid, first.txid],
    ]) {
      expect((await get(`${arc}/tx/${txid}`)).body).toMatchObject({
        txStatus: 'DOUBLE_SPEND_ATTEMPTED',
        competingTxs: [rival],
      });
    }
  });

  it('460 for unknown parents, or an orphan when they are described', async () => {
    const parent = pay(fund(), 19_000);
    const child = pay(firstCoin(parent), 18_000, bob);
    await expectProblem(child, 460, new RegExp(parent.txid));
    const rawTx = hexOf(extendedBySdk(child, [parent]));
    const answer = await post(`${arc}/tx`, { rawTx });
    expect(answer.body).toMatchObject({ status: 200, txStatus: 'SEEN_IN_ORPHAN_MEMPOOL' });
  });

  it('200 and REJECTED for what is not final yet', async () => {
    const tx = payment(alice, [fund()], [{ satoshis: 19_000, script: bob.script }], {
      lockTime: 4_000_000_000,
      sequence: 0,
    });
    const answer = await sendHex(tx);
    expect(answer.body).toMatchObject({ status: 200, txStatus: 'REJECTED', txid: tx.txid });
    expect(String(answer.body['extraInfo'])).toMatch(/non-final/);
    expect((await get(`${arc}/tx/${tx.txid}`)).body).toMatchObject({ txStatus: 'REJECTED' });
  });

  it('469 for BEEF that proves against another chain', async () => {
    const other = await startDevnet({ blockInterval: 0 });
    try {
      const coin = fundedBy(other, alice, 20_000);
      other.mine();
      const tx = pay(coin, 19_000);
      const beef = beefBySdk(other, coin.txid, [tx]);
      const rawTx = hexOf(Uint8Array.from(beef.toBinary()));
      const answer = await post(`${arc}/tx`, { rawTx });
      expect([answer.status, answer.body['status']]).toEqual([469, 469]);
    } finally {
      await other.stop();
    }
  });

  it('475 for BEEF with an ancestor missing', async () => {
    const parent = pay(fund(), 19_000);
    const child = pay(firstCoin(parent), 18_000, bob);
    const beef = beefBySdk(devnet, fund().txid, [child]);
    const rawTx = hexOf(Uint8Array.from(beef.toBinary()));
    expect((await post(`${arc}/tx`, { rawTx })).status).toBe(475);
  });

  it('463 for bytes that only start like BEEF', async () => {
    expect((await post(`${arc}/tx`, { rawTx: '0100beefff' })).status).toBe(463);
  });

  it('473 when ancestors paid less than today and cumulative fees are asked for', async () => {
    const parent = pay(fund(), 19_970);
    await sendHex(parent);
    devnet.ledger.setSatPerKb(200);
    const child = pay(firstCoin(parent), 19_000, bob);
    const rawTx = hexOf(child.raw);
    const strict = { 'X-CumulativeFeeValidation': 'true' };
    expect((await post(`${arc}/tx`, { rawTx }, strict)).status).toBe(473);
    expect((await post(`${arc}/tx`, { rawTx })).body).toMatchObject(seen);
    devnet.ledger.setSatPerKb(100);
  });

  it.each([
    ['no JSON', 'application/json', '{'],
    ['no rawTx', 'application/json', '{}'],
    ['no hex', 'application/json', '{"rawTx":"xyz"}'],
    ['no transaction', 'text/plain', '0100000001'],
    ['nothing', 'text/plain', ''],
    ['another type', 'application/xml', '<tx/>'],
  ])('400 for %s', async (_, type, body) => {
    const answer = await postRaw(`${arc}/tx`, type, body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ status: 400, title: 'Bad request' });
  });

  it('400 for a timeout beyond half a minute', async () => {
    const rawTx = hexOf(pay(fund(), 19_000).raw);
    expect((await post(`${arc}/tx`, { rawTx }, { 'X-MaxTimeout': '31' })).status).toBe(400);
    expect((await post(`${arc}/tx`, { rawTx }, { 'X-MaxTimeout': '30' })).status).toBe(200);
  });

  it('413 for more than ten megabytes', async () => {
    const answer = await postRaw(`${arc}/tx`, 'text/plain', 'a'.repeat(MAX_BODY_BYTES + 1));
    expect(answer.status).toBe(413);
  });
});

describe('POST txs', () => {
  it('answers each in order, good or bad', async () => {
    const [good, bad] = [pay(fund(), 19_000), pay(fund(), 19_000, bob)];
    const body = [{ rawTx: hexOf(good.raw) }, { rawTx: hexOf(bad.raw) }];
    const answer = await post(`${arc}/txs`, body);
    expect(answer.status).toBe(200);
    expect(listOf(answer)).toMatchObject([
      { status: 200, txid: good.txid },
      { status: 461, txid: bad.txid },
    ]);
  });

  it('takes lines of hex and bytes in a row', async () => {
    const lines = [pay(fund(), 19_000), pay(fund(), 19_000)];
    const text = lines.map((tx) => hexOf(tx.raw)).join('\n');
    expect(listOf(await postRaw(`${arc}/txs`, 'text/plain', text))).toHaveLength(2);
    const row = [pay(fund(), 19_000), pay(fund(), 19_000)];
    const bytes = Uint8Array.from(row.flatMap((tx) => [...tx.raw]));
    const answer = await postRaw(`${arc}/txs`, 'application/octet-stream', bytes);
    expect(listOf(answer).map(({ txid }) => txid)).toEqual(row.map(({ txid }) => txid));
  });
});

describe('CORS', () => {
  it('lets every page send every header of ARC', async () => {
    const response = await fetch(`${arc}/tx`, {
      method: 'OPTIONS',
      headers: { Origin: 'https://example.org', 'Access-Control-Request-Method': 'POST' },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-allow-methods')).toContain('POST');
    const allowed = (response.headers.get('access-control-allow-headers') ?? '').toLowerCase();
    for (const header of ['content-type', 'authorization', 'x-waitfor', 'xdeployment-id']) {
      expect(allowed).toContain(header);
    }
  });

  it('marks answers and errors alike', async () => {
    for (const path of ['policy', 'nothing']) {
      const { headers } = await get(`${arc}/${path}`);
      expect(headers.get('access-control-allow-origin')).toBe('*');
    }
  });
});
