import { Beef, Transaction } from '@bsv/sdk';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startDevnet, type Devnet } from '../../devnet/devnet.ts';
import { systemClock, type Clock } from '../shared/clock.ts';
import { unwrap } from '../shared/result.ts';
import { txId } from '../shared/units.ts';
import { createChain } from './chain.ts';
import { decodeHeader } from './header.ts';
import { createTestFetch } from './testing/services.ts';

// The machines that run this are shared and slow at times.
vi.setConfig({ testTimeout: 30_000 });

let devnet: Devnet;
let passed = 0;
const clock: Clock = { ...systemClock, now: () => Date.now() + passed };
const chain = () => createChain({ network: 'devnet', ...devnet.urls }, { fetch, clock });
const SCRIPT = Uint8Array.of(0x51, 0x51, 0x87);
const give = (satoshis: number) => devnet.faucet.give(SCRIPT, satoshis);

beforeAll(async () => {
  devnet = await startDevnet({ blockInterval: 0 });
});
afterAll(() => devnet.stop());

describe('look-ups on the local network', () => {
  it('find transactions, their proofs, outputs and spenders', async () => {
    const gift = give(1_234);
    const txid = txId(gift.txid);
    const source = chain();
    const raw = unwrap(await source.rawTx(txid));
    expect(Transaction.fromBinary(raw).id('hex')).toBe(txid);
    expect(unwrap(await source.utxos(SCRIPT))).toEqual([
      { txid, vout: gift.vout, satoshis: 1_234, height: 0 },
    ]);
    expect(unwrap(await source.spentBy(txid, gift.vout))).toBeNull();
    const [parent] = Transaction.fromBinary(raw).inputs;
    const spent = await source.spentBy(
      txId(parent?.sourceTXID ?? ''),
      parent?.sourceOutputIndex ?? -1,
    );
    expect(unwrap(spent)).toEqual({ txid, vin: 0 });
    expect(unwrap(await source.status(txid)).status).toBe('SEEN_ON_NETWORK');

    devnet.mine();
    const status = unwrap(await source.status(txid));
    expect(status.status).toBe('MINED');
    expect(status.merklePath?.blockHeight).toBe(status.blockHeight);
    const beef = Beef.fromBinary(unwrap(await source.beef(txid)));
    expect(beef.atomicTxid).toBe(txid);
    expect(await beef.verify(source.tracker)).toBe(true);
    expect(unwrap(await source.utxos(SCRIPT))[0]?.height).toBe(status.blockHeight);
  });

  it('say when there is nothing', async () => {
    const nothing = txId('ee'.repeat(32));
    const source = chain();
    for (const found of [await source.rawTx(nothing), await source.beef(nothing)]) {
      expect(found).toMatchObject({ ok: false, error: { code: 'not-found' } });
    }
    expect(await source.status(nothing)).toMatchObject({ error: { code: 'not-found' } });
    expect(unwrap(await source.utxos(Uint8Array.of(0x52)))).toEqual([]);
    expect(await source.header(10_000_000)).toMatchObject({ error: { code: 'not-found' } });
    expect(source.health().map(({ state }) => state)).toEqual(['closed', 'closed']);
  });

  it('follow the chain through a reorganisation', async () => {
    const source = chain();
    const height = unwrap(await source.height());
    expect(height).toBe(devnet.ledger.chain.height());
    expect(unwrap(await source.medianTime())).toBe(devnet.ledger.chain.medianTime());
    const lost = unwrap(await source.header(height)).merkleRoot;
    expect(await source.tracker.isValidRootForHeight(lost, height)).toBe(true);
    give(77);
    devnet.ledger.reorg(1);
    devnet.mine(1);
    const won = devnet.ledger.chain.at(height)?.merkleRoot ?? '';
    expect(won).not.toBe(lost);
    // The new root is found at once, the old one believed until the header grows old.
    expect(await source.tracker.isValidRootForHeight(won, height)).toBe(true);
    expect(await source.tracker.isValidRootForHeight(lost, height)).toBe(false);
    passed += 60_000;
    expect(await source.tracker.currentHeight()).toBe(devnet.ledger.chain.height());
    expect(await source.tracker.isValidRootForHeight(won, 10_000_000)).toBe(false);
  });
});

describe('a look-up service that lies', () => {
  const lying = (json: unknown, text?: string) => {
    const { fetch: answer } = createTestFetch(() =>
      text === undefined ? { json } : { json, text },
    );
    return createChain(
      { network: 'devnet', arc: 'http://a.example', chain: 'http://c.example' },
      { fetch: answer, clock },
    );
  };
  const told = async () =>
    (await (await fetch(`${devnet.urls.chain}/block/height/5`)).json()) as Record<string, unknown>;

  it('cannot make up a header', async () => {
    const header = await told();
    expect(unwrap(decodeHeader(header, 0x207fffff)).bytes).toHaveLength(80);
    for (const change of [
      { merkleroot: 'aa'.repeat(32) },
      { time: 1 },
      { bits: '21000001' },
      { bits: 5 },
      { hash: '00'.repeat(32) },
      { height: -1 },
      { nonce: 2 ** 32 },
      { previousblockhash: 'x' },
    ]) {
      expect(decodeHeader({ ...header, ...change }, 0x207fffff).ok).toBe(false);
    }
    // Honest work, but less than a main-chain header needs.
    expect(decodeHeader(header, 0x1d00ffff).ok).toBe(false);
    expect(decodeHeader(null, 0x207fffff).ok).toBe(false);
    await expect(lying(header).tracker.isValidRootForHeight('aa'.repeat(32), 6)).rejects.toThrow();
  });

  it('cannot pass one transaction off as another', async () => {
    const { txid, beef } = give(9);
    const raw = unwrap(await chain().rawTx(txId(txid)));
    const other = txId('12'.repeat(32));
    const hex = Buffer.from(raw).toString('hex');
    expect(unwrap(await lying(null, hex).rawTx(txId(txid)))).toEqual(raw);
    expect((await lying(null, hex).rawTx(other)).ok).toBe(false);
    expect((await lying(null, beef).beef(other)).ok).toBe(false);
    expect((await lying(null, 'zz').rawTx(other)).ok).toBe(false);
  });

  it.each([
    [{ result: [{ tx_hash: 'x', tx_pos: 0, value: 1 }] }],
    [{ result: [{ tx_hash: 'ab'.repeat(32), tx_pos: -1, value: 1 }] }],
    [{ result: [{ tx_hash: 'ab'.repeat(32), tx_pos: 0, value: 1.5 }] }],
    [{ result: {} }],
    [null],
  ])('is not believed about outputs: %j', async (json) => {
    const found = await lying(json).utxos(SCRIPT);
    expect(found).toMatchObject({ ok: false, error: { code: 'network' } });
  });

  it.each([[{ txid: 'x', vin: 0 }], [{ txid: 'ab'.repeat(32), vin: -1 }], [[]]])(
    'is not believed about spenders: %j',
    async (json) => {
      expect((await lying(json).spentBy(txId('ab'.repeat(32)), 0)).ok).toBe(false);
      expect((await lying(json).height()).ok).toBe(false);
    },
  );
});
