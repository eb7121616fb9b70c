import { P2PKH, PrivateKey, Transaction, Utils } from '@bsv/sdk';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startDevnet, type Devnet } from '../devnet.ts';
import { bytesOf, hexOf } from '../ledger/bytes.ts';
import { scriptHashOf } from '../ledger/coins.ts';
import { decodeTx, isCoinbase } from '../ledger/transaction.ts';
import { headerTracker } from '../testing/chain-tracker.ts';
import { manualClock, type ManualClock } from '../testing/clock.ts';
import { get, listOf, post, type Answer } from '../testing/client.ts';
import { alice, bob, payment } from '../testing/workbench.ts';
import { fundedBy } from '../testing/network.ts';

// All of it is computed for real, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let devnet: Devnet;
let clock: ManualClock;

beforeEach(async () => {
  clock = manualClock();
  devnet = await startDevnet({ blockInterval: 0, clock });
});
afterEach(() => devnet.stop());

const control = (name: string, body: unknown = {}): Promise<Answer> =>
  post(`${devnet.urls.devnet}/${name}`, body);
const state = async () => (await get(`${devnet.urls.devnet}/state`)).body;
const script = hexOf(alice.script);

describe('faucet', () => {
  it('pays scripts and addresses, with proofs that verify over HTTP', async () => {
    const key = PrivateKey.fromRandom();
    const lock = new P2PKH().lock(key.toAddress()).toHex();
    const gifts = await Promise.all([
      control('faucet', { lockingScript: lock, satoshis: 100_000_000 }),
      control('faucet', { address: key.toAddress(), satoshis: 1 }),
      control('faucet', { address: key.toAddress('testnet'), satoshis: 2 }),
    ]);
    for (const [index, { body }] of gifts.entries()) {
      const tx = Transaction.fromAtomicBEEF(Utils.toArray(String(body['beef']), 'hex'));
      const output = tx.outputs[Number(body['vout'])];
      expect(output?.lockingScript.toHex()).toBe(lock);
      expect(output?.satoshis).toBe([100_000_000, 1, 2][index]);
      expect(await tx.verify(headerTracker(devnet.urls.chain))).toBe(true);
    }
  });

  it('serves many at once, each from its own transaction', async () => {
    const asked = Array.from({ length: 40 }, (_, index) =>
      control('faucet', { lockingScript: script, satoshis: 1_000 + index }),
    );
    const gifts = await Promise.all(asked);
    expect(gifts.map(({ status }) => status)).toEqual(gifts.map(() => 200));
    expect(new Set(gifts.map(({ body }) => body['txid'])).size).toBe(40);
  });

  it.each([
    [{ satoshis: 1_000 }],
    [{ lockingScript: '', satoshis: 1_000 }],
    [{ lockingScript: 'xx', satoshis: 1_000 }],
    [{ lockingScript: 'aa'.repeat(10_001), satoshis: 1_000 }],
    [{ address: 'nobody', satoshis: 1_000 }],
    [{ lockingScript: '51', satoshis: 0 }],
    [{ lockingScript: '51', satoshis: 1.5 }],
    [{ lockingScript: '51', satoshis: '5' }],
    [{ lockingScript: '51', satoshis: 100_000_001 }],
    [[]],
  ])('refuses %j', async (body) => {
    expect((await control('faucet', body)).status).toBe(400);
  });
});

describe('audit', () => {
  it('lists every transaction, oldest first, with what it spent', async () => {
    const coin = fundedBy(devnet, alice, 20_000);
    const outputs = [{ satoshis: 19_000, script: bob.script }];
    const tx = payment(alice, [coin], outputs);
    devnet.ledger.submit(tx);
    const list = listOf(await get(`${devnet.urls.devnet}/txs`));
    expect(list.at(-1)).toEqual({
      txid: tx.txid,
      rawTx: hexOf(tx.raw),
      inputs: [{ satoshis: 20_000, lockingScript: script }],
      status: 'SEEN_ON_NETWORK',
      blockHeight: null,
    });
    const outputsOf = new Map<unknown, readonly { satoshis: number; script: Uint8Array }[]>();
    for (const entry of list) {
      const listed = decodeTx(bytesOf(String(entry['rawTx'])));
      expect(listed.txid).toBe(entry['txid']);
      const inputs = entry['inputs'] as { satoshis: number; lockingScript: string }[];
      if (isCoinbase(listed)) expect(inputs).toEqual([]);
      else {
        expect(inputs).toEqual(
          listed.inputs.map(({ txid, vout }) => {
            const source = outputsOf.get(txid)?.[vout];
            return { satoshis: source?.satoshis, lockingScript: source && hexOf(source.script) };
          }),
        );
      }
      outputsOf.set(listed.txid, listed.outputs);
    }
    devnet.mine();
    const [mined] = listOf(await get(`${devnet.urls.devnet}/txs`)).slice(-2);
    expect(mined).toMatchObject({
      txid: tx.txid,
      status: 'MINED',
      blockHeight: devnet.ledger.chain.height(),
    });
  });

  it('sums up what exists', async () => {
    fundedBy(devnet, alice, 20_000);
    const told = (await state()) as Record<string, number>;
    expect(told['mempool']).toBe(1);
    expect((told['utxoSatoshis'] ?? 0) + (told['mempoolFees'] ?? 0)).toBe(told['supplySatoshis']);
  });
});

describe('chain controls', () => {
  it('mine', async () => {
    const { height } = await state();
    expect((await control('mine', { blocks: 3 })).body).toMatchObject({
      height: Number(height) + 3,
    });
    expect((await control('mine')).body).toMatchObject({ height: Number(height) + 4 });
    expect((await control('mine', { blocks: 0 })).status).toBe(400);
  });

  it('reorganise and evict', async () => {
    const { txid } = devnet.faucet.give(alice.script, 5_000);
    const height = devnet.ledger.chain.height();
    devnet.mine();
    await control('reorg', { depth: 1 });
    expect(devnet.ledger.chain.height()).toBe(height + 2);
    expect(devnet.ledger.status(txid)?.state).toBe('MINED_IN_STALE_BLOCK');
    devnet.mine();
    await control('reorg', { depth: 1, evict: [txid] });
    expect(devnet.ledger.status(txid)?.state).toBe('REJECTED');
    expect((await control('reorg', { depth: 0 })).status).toBe(400);
  });

  it('move the clock, and median time with it when asked to', async () => {
    const before = await state();
    const moved = await control('clock', { advanceSeconds: 86_400 });
    expect(moved.body).toMatchObject({
      now: Number(before['now']) + 86_400_000,
      medianTime: before['medianTime'],
    });
    const mined = await control('clock', { advanceSeconds: 86_400, mine: true });
    expect(Number(mined.body['medianTime'])).toBe(clock.now() / 1000 + 2 * 86_400);
    expect((await control('clock', { advanceSeconds: -1 })).status).toBe(400);
  });

  it('set the fee floor', async () => {
    expect((await control('policy', { satoshisPerKb: 500 })).body).toMatchObject({
      satoshisPerKb: 500,
    });
    expect((await control('policy', {})).status).toBe(400);
  });
});

describe('faults', () => {
  const policy = () => get(`${devnet.urls.arc}/v1/policy`);
  const sendNew = () => {
    const coin = fundedBy(devnet, alice, 20_000);
    const tx = payment(alice, [coin], [{ satoshis: 19_000, script: bob.script }]);
    return { tx, sent: post(`${devnet.urls.arc}/v1/tx`, { rawTx: hexOf(tx.raw) }) };
  };

  it('fail as often as asked, on the named route alone', async () => {
    await control('faults', { route: '/v1/policy$', mode: 'fail', count: 2 });
    expect((await get(`${devnet.urls.arc}/v1/health`)).status).toBe(200);
    expect([(await policy()).status, (await policy()).status, (await policy()).status]).toEqual([
      503, 503, 200,
    ]);
  });

  it('last until they are switched off, and leave the controls alone', async () => {
    await control('faults', { mode: 'fail', status: 429 });
    expect((await policy()).status).toBe(429);
    expect((await policy()).status).toBe(429);
    expect((await control('mine')).status).toBe(200);
    expect(listOf(await get(`${devnet.urls.devnet}/faults`))).toHaveLength(1);
    expect(listOf(await control('faults', { mode: 'none' }))).toHaveLength(0);
    expect((await policy()).status).toBe(200);
  });

  it('delay by the clock', async () => {
    await control('faults', { mode: 'delay', delayMs: 5_000, count: 1 });
    let answered = false;
    const answer = policy().then((value) => {
      answered = true;
      return value;
    });
    await expect.poll(() => clock.pending()).toBe(1);
    expect(answered).toBe(false);
    clock.move(5_000);
    expect((await answer).status).toBe(200);
  });

  it('drop the connection', async () => {
    await control('faults', { mode: 'drop', count: 1 });
    await expect(policy()).rejects.toThrow();
    expect((await policy()).status).toBe(200);
  });

  it('reject a broadcast without passing it on', async () => {
    await control('faults', { mode: 'reject', count: 1 });
    const { tx, sent } = sendNew();
    expect((await sent).body).toMatchObject({ txid: tx.txid, txStatus: 'REJECTED' });
    expect(devnet.ledger.status(tx.txid)).toBeUndefined();
  });

  it('lie about a broadcast', async () => {
    await control('faults', { mode: 'lie', count: 1 });
    const { tx, sent } = sendNew();
    expect((await sent).body).toMatchObject({ txid: tx.txid, txStatus: 'SEEN_ON_NETWORK' });
    expect(devnet.ledger.status(tx.txid)).toBeUndefined();
  });

  it('lie about headers, spends, unspent outputs and statuses', async () => {
    const coin = fundedBy(devnet, alice, 20_000);
    const { chain, arc } = devnet.urls;
    const paths = [
      `${chain}/block/1/header`,
      `${chain}/chain/info`,
      `${chain}/tx/${coin.txid}/0/spent`,
      `${chain}/script/${scriptHashOf(bob.script)}/unspent/all`,
      `${arc}/v1/tx/${coin.txid}`,
      `${arc}/v1/policy`,
    ];
    const told = async () => (await Promise.all(paths.map((path) => get(path)))).map((a) => a.text);
    const honest = await told();
    await control('faults', { mode: 'lie' });
    const lies = await told();
    lies.forEach((lie, index) => expect(lie).not.toBe(honest[index]));
    await control('faults', { mode: 'none' });
    const again = await told();
    // The times in the last two are those of the standing clock.
    expect(again).toEqual(honest);
  });

  it.each([
    [{ mode: 'explode' }],
    [{ mode: 'fail', route: '(' }],
    [{ mode: 'fail', route: 5 }],
    [{ mode: 'fail', count: 0 }],
    [{ mode: 'delay', delayMs: -1 }],
  ])('are not set by %j', async (body) => {
    expect((await control('faults', body)).status).toBe(400);
    expect(listOf(await get(`${devnet.urls.devnet}/faults`))).toHaveLength(0);
  });
});
