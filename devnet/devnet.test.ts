import { ARC, P2PKH, PrivateKey, Transaction, Utils } from '@bsv/sdk';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startDevnet, type Devnet } from './devnet.ts';
import { headerTracker } from './testing/chain-tracker.ts';
import { manualClock } from './testing/clock.ts';

// All of it is computed for real, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let devnet: Devnet;

beforeAll(async () => {
  devnet = await startDevnet({ blockInterval: 0 });
});
afterAll(() => devnet.stop());

const post = async (url: string, body: unknown) => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

it('gives coins that a light wallet accepts, spends through the SDK, and mines', async () => {
  const key = PrivateKey.fromRandom();
  const lock = new P2PKH().lock(key.toAddress());
  const gift = await post(devnet.urls.faucet, { lockingScript: lock.toHex(), satoshis: 50_000 });
  expect(gift.status).toBe(200);
  const tracker = headerTracker(devnet.urls.chain);
  const source = Transaction.fromAtomicBEEF(Utils.toArray(String(gift.body['beef']), 'hex'));
  expect(source.id('hex')).toBe(gift.body['txid']);
  expect(await source.verify(tracker)).toBe(true);

  const tx = new Transaction(
    1,
    [
      {
        sourceTransaction: source,
        sourceOutputIndex: Number(gift.body['vout']),
        unlockingScriptTemplate: new P2PKH().unlock(key),
        sequence: 0xffffffff,
      },
    ],
    [{ lockingScript: lock, satoshis: 49_900 }],
    0,
  );
  await tx.sign();
  const sent = await tx.broadcast(new ARC(devnet.urls.arc));
  expect(sent).toMatchObject({ status: 'success', txid: tx.id('hex') });

  devnet.mine();
  const status = (await (await fetch(`${devnet.urls.arc}/v1/tx/${tx.id('hex')}`)).json()) as Record<
    string,
    unknown
  >;
  expect(status).toMatchObject({ txStatus: 'MINED', blockHeight: devnet.ledger.chain.height() });
});

it('proves coins to a light wallet long after the rewards they came from', async () => {
  devnet.mine(150);
  const key = PrivateKey.fromRandom();
  const gift = await post(devnet.urls.faucet, { address: key.toAddress(), satoshis: 1 });
  const tx = Transaction.fromAtomicBEEF(Utils.toArray(String(gift.body['beef']), 'hex'));
  expect(await tx.verify(headerTracker(devnet.urls.chain))).toBe(true);
});

it('mines by the clock until it is stopped, and then answers nothing any more', async () => {
  const clock = manualClock();
  const timed = await startDevnet({ clock, blockInterval: 10 });
  const height = timed.ledger.chain.height();
  clock.move(9_999);
  expect(timed.ledger.chain.height()).toBe(height);
  clock.move(20_001);
  expect(timed.ledger.chain.height()).toBe(height + 3);
  await timed.stop();
  expect(clock.pending()).toBe(0);
  for (const url of [timed.urls.app, timed.urls.devnet, timed.urls.tracker.replace('ws', 'http')]) {
    await expect(fetch(url)).rejects.toThrow();
  }
});
