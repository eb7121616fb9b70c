import {
  LockingScript,
  MerklePath,
  P2PKH,
  PrivateKey,
  Spend,
  Transaction,
  UnlockingScript,
} from '@bsv/sdk';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createUpdateSigner } from '../channel/update.ts';
import type { Message, Open } from '../protocol/messages.ts';
import { fromHex } from '../shared/hex.ts';
import { unwrap } from '../shared/result.ts';
import { channelId, MIB, satoshi, satPerMiB, txId, type TxId } from '../shared/units.ts';
import { startPeer, torrentOf, type Peer } from './testing/nodes.ts';
import { meet, termsOf, type Stranger } from './testing/stranger.ts';
import { channelPayerKey } from './wallet/channel-key.ts';
import type { TestNode, TestNetwork } from './wallet/testing/node.ts';
import { channelRequest, curve, startNetwork } from './wallet/testing/node.ts';

let net: TestNetwork;
let victim: Peer;
let cheat: TestNode;
const torrent = torrentOf('8', 8 * MIB, 256 * 1024);
const CAPACITY = 5_000;

beforeAll(async () => {
  net = await startNetwork();
  victim = await startPeer(net, 20_000);
  victim.engine().torrent({ ...torrent, sellPrice: satPerMiB(1_088) });
  cheat = await net.node(0);
});
afterAll(async () => {
  await victim.close();
  await net.stop();
});

const heard = (stranger: Stranger, part: Partial<Message>): Promise<void> =>
  vi.waitFor(() => expect(stranger.heard).toContainEqual(expect.objectContaining(part)), {
    timeout: 10_000,
  });

interface Coin {
  readonly source: Transaction;
  readonly key: PrivateKey;
}

const COIN = 20_000;

/** A coin of the cheat's own, with all that proves it. */
const coin = (): Coin => {
  const key = PrivateKey.fromRandom();
  const script = Uint8Array.from(new P2PKH().lock(key.toAddress()).toBinary());
  const { beef } = net.devnet.faucet.give(script, COIN);
  return { source: Transaction.fromAtomicBEEF(Array.from(fromHex(beef))), key };
};

/** Spends the coin into one output and change. */
const spend = async (
  { source, key }: Coin,
  lockingScript: Uint8Array,
  satoshis: number,
): Promise<Transaction> => {
  const tx = new Transaction();
  tx.addInput({
    sourceTransaction: source,
    sourceOutputIndex: 0,
    unlockingScriptTemplate: new P2PKH().unlock(key),
  });
  tx.addOutput({ lockingScript: LockingScript.fromBinary(Array.from(lockingScript)), satoshis });
  const change = new P2PKH().lock(key.toAddress());
  tx.addOutput({ lockingScript: change, satoshis: COIN - satoshis - 200 });
  await tx.sign();
  return tx;
};

/** Terms of a channel to the victim, and what signs for it. */
const channel = async () => {
  const request = await channelRequest(cheat, victim.node, CAPACITY);
  const { T } = JSON.parse(request.instructions) as { T: number };
  const privateKey = Uint8Array.from(channelPayerKey(cheat.keys, request.cid).toArray('be', 32));
  const signFor = (fundingTxid: TxId, paid: number): Uint8Array =>
    createUpdateSigner(curve, { ...request, fundingTxid, vout: 0 }, privateKey).sign(satoshi(paid));
  const offer = (tx: Transaction, change: Partial<Open> = {}): Open => ({
    type: 'open',
    cid: request.cid,
    termsId: 1,
    payerKey: curve.publicKey(privateKey),
    refundAt: T,
    capacity: satoshi(CAPACITY),
    vout: 0,
    funding: Uint8Array.from(tx.toAtomicBEEF()),
    paid: satoshi(0),
    signature: signFor(txId(tx.id('hex')), 0),
    ...change,
  });
  return { request, T, signFor, offer };
};

const meetCheat = async (): Promise<Stranger> => {
  const stranger = meet(victim, torrent.infoHash, { keys: cheat.keys });
  await stranger.authenticate();
  return stranger;
};

const refused = async (open: Open, code: string): Promise<void> => {
  const stranger = await meetCheat();
  stranger.say(open);
  await vi.waitFor(
    () =>
      expect(stranger.heard).toContainEqual(
        expect.objectContaining({ type: 'open_no', cid: open.cid, code }),
      ),
    { timeout: 10_000 },
  );
  const known = victim.engine().snapshot().channels;
  expect(known.some(({ cid }) => cid === open.cid)).toBe(false);
  stranger.leave();
};

describe('a funding transaction', { timeout: 60_000 }, () => {
  it('that is what it says is taken', async () => {
    const { request, offer } = await channel();
    const tx = await spend(coin(), request.lockingScript, CAPACITY);
    const stranger = await meetCheat();
    stranger.say(offer(tx));
    await heard(stranger, { type: 'open_ok', cid: request.cid });
    stranger.leave();
  });

  it('whose coin is spent elsewhere is refused', async () => {
    const { request, offer } = await channel();
    const shared = coin();
    const rival = await spend(shared, new Uint8Array([0x51]), 1_000);
    unwrap(await cheat.chain.broadcast(rival));
    const tx = await spend(shared, request.lockingScript, CAPACITY);
    await refused(offer(tx), 'funding-double-spent');
  });

  it('that holds less than was said is refused', async () => {
    const { request, offer } = await channel();
    const tx = await spend(coin(), request.lockingScript, CAPACITY - 1);
    await refused(offer(tx), 'bad-funding');
  });

  it('under another script is refused', async () => {
    const { offer } = await channel();
    const tx = await spend(coin(), new Uint8Array([0x51]), CAPACITY);
    await refused(offer(tx), 'bad-funding');
  });

  it('with another time than was said is refused', async () => {
    const { T, offer, request } = await channel();
    const tx = await spend(coin(), request.lockingScript, CAPACITY);
    await refused(offer(tx, { refundAt: T + 3_600 }), 'bad-funding');
  });

  it('that rests on a coin that never was is refused', async () => {
    const { request, offer } = await channel();
    const { source, key } = coin();
    const made = Transaction.fromHex(source.toHex());
    made.lockTime = 1;
    made.merklePath = new MerklePath(1, [
      [
        { offset: 0, hash: made.id('hex'), txid: true },
        { offset: 1, hash: 'ab'.repeat(32) },
      ],
    ]);
    const tx = await spend({ source: made, key }, request.lockingScript, CAPACITY);
    await refused(offer(tx), 'bad-funding');
  });

  it('whose counts promise more than it holds is refused at once', async () => {
    const { request, offer } = await channel();
    const whole = Uint8Array.from(
      (await spend(coin(), request.lockingScript, CAPACITY)).toAtomicBEEF(),
    );
    const huge = [0xfe, 0xff, 0xff, 0xff, 0xff];
    // Behind the version: the bumps; the leaves of one; the transactions; inputs; outputs.
    const [head, zeros] = [Array.from(whole.subarray(0, 40)), [0, 0, 0, 0]];
    const cases = [
      huge,
      [1, 1, 1, ...huge],
      [0, ...huge],
      [0, 1, 0, ...zeros, ...huge],
      [0, 1, 0, ...zeros, 0, ...huge],
    ];
    for (const body of cases) {
      const funding = Uint8Array.from([...head, ...body, ...new Uint8Array(60)]);
      await refused(offer(Transaction.fromAtomicBEEF(whole), { funding }), 'bad-funding');
    }
    for (const length of [whole.length - 1, whole.length >> 1, 60]) {
      const funding = whole.subarray(0, length);
      await refused(offer(Transaction.fromAtomicBEEF(whole), { funding }), 'bad-funding');
    }
  });

  it('whose parent has a script that could run for hours is refused without running it', async () => {
    const { request, offer } = await channel();
    const source = coin();
    const validate = vi.spyOn(Spend.prototype, 'validate');
    // 1 <10,000,000> OP_NUM2BIN makes ten million bytes, which are hashed again and again.
    const slow = Uint8Array.from([
      0x51, 4, 0x80, 0x96, 0x98, 0, 0x80, 0x76, 0xaa, 0x75, 0x75, 0x51,
    ]);
    const parent = await spend(source, slow, 10_000);
    const child = new Transaction();
    child.addInput({
      sourceTransaction: parent,
      sourceOutputIndex: 0,
      unlockingScript: new UnlockingScript([]),
    });
    child.addOutput({
      lockingScript: LockingScript.fromBinary(Array.from(request.lockingScript)),
      satoshis: CAPACITY,
    });
    await refused(offer(child), 'bad-funding');
    // What unlocks a coin must not compute either.
    const tx = await spend(source, request.lockingScript, CAPACITY);
    const [input] = tx.inputs;
    if (input?.unlockingScript === undefined) throw new Error('no input');
    const code = [...slow.subarray(0, -1), ...input.unlockingScript.toBinary()];
    input.unlockingScript = UnlockingScript.fromBinary(code);
    await refused(offer(Transaction.fromAtomicBEEF(tx.toAtomicBEEF())), 'bad-funding');
    expect(validate).not.toHaveBeenCalled();
    validate.mockRestore();
  });

  it('with the first signature of another channel is refused', async () => {
    const { request, offer, signFor } = await channel();
    const tx = await spend(coin(), request.lockingScript, CAPACITY);
    const signature = signFor(txId('ab'.repeat(32)), 0);
    await refused(offer(tx, { signature }), 'bad-signature');
  });
});

describe('a liar', { timeout: 60_000 }, () => {
  it('that replays a proof from another wire is thrown out', async () => {
    const honest = await meetCheat();
    await heard(honest, { type: 'terms' });
    // The proof is over the nonces of the wire before; this one has others.
    const nonce = new Uint8Array(16).fill(9);
    const thief = meet(victim, torrent.infoHash, { keys: cheat.keys, hello: { nonce } });
    await thief.authenticate();
    await heard(thief, { type: 'error', code: 'bad-auth' });
    const dropped = { wire: thief.wire, code: 'bad-auth', ban: true };
    await vi.waitFor(() => expect(victim.page.dropped).toContainEqual(dropped));
    expect(victim.page.serve(thief.wire, 1)).toBe(false);
    honest.leave();
  });

  it('that asks money for what it never sent gets none', async () => {
    const seller = meet(victim, torrent.infoHash);
    await seller.authenticate();
    seller.say(termsOf());
    victim.engine().buy({ infoHash: torrent.infoHash, buying: true, expected: torrent.length });
    await heard(seller, { type: 'open' });
    const open = seller.heard.find((message) => message.type === 'open');
    if (open?.type !== 'open') throw new Error('no channel was offered');
    const { cid } = open;
    const credit = satoshi(1_500);
    seller.say({ type: 'open_ok', cid, status: 'seen', credit });
    const owed = { owedBytes: 1_048_576, owedSat: satoshi(1_088), dropAt: 4_000_000_000 };
    seller.say({ type: 'need_pay', cid, ...owed });
    seller.say({ type: 'credit', cid, paid: satoshi(1_088), window: 2 ** 30 });
    seller.say({ type: 'resume', cid, paid: satoshi(9), bytes: 9, signature: new Uint8Array(71) });
    // An answer to what was said last shows that everything before it was heard.
    const unknown = channelId('cd'.repeat(16));
    const signature = new Uint8Array(71);
    seller.say({ type: 'pay', cid: unknown, paid: satoshi(1), bytes: 1, signature });
    await heard(seller, { type: 'error', code: 'unknown-channel', cid: unknown });
    expect(seller.heard.some(({ type }) => type === 'pay')).toBe(false);
    expect(victim.engine().snapshot().totals.paidSat).toBe(0);
    expect((await victim.ledger().audit()).problems).toEqual([]);
  });
});
