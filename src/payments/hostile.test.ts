import { PrivateKey } from '@bsv/sdk';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createUpdateSigner } from '../channel/update.ts';
import { MESSAGE_BURST, NETWORK_BYTES } from '../protocol/limits.ts';
import type { Message, Open } from '../protocol/messages.ts';
import { NEWCOMER_EXPOSURE, WINDOW_MIN } from '../protocol/policy.ts';
import { fromHex } from '../shared/hex.ts';
import { unwrap } from '../shared/result.ts';
import { BLOCK_LENGTH, channelId, MIB, satoshi, satPerMiB } from '../shared/units.ts';
import { startPeer, torrentOf, type Peer } from './testing/nodes.ts';
import { meet, type Stranger } from './testing/stranger.ts';
import { channelPayerKey } from './wallet/channel-key.ts';
import { createNodeKeys } from './wallet/keys.ts';
import { channelRequest, curve, startNetwork, type TestNetwork } from './wallet/testing/node.ts';

let net: TestNetwork;
let victim: Peer;
const torrent = torrentOf('7', 8 * MIB, 256 * 1024);
const PRICE = 1_088;

beforeAll(async () => {
  net = await startNetwork();
  victim = await startPeer(net, 0);
  victim.engine().torrent({ ...torrent, sellPrice: satPerMiB(PRICE) });
});
afterAll(async () => {
  await victim.close();
  await net.stop();
});

const heard = (stranger: Stranger, part: Partial<Message>): Promise<void> =>
  vi.waitFor(() => expect(stranger.heard).toContainEqual(expect.objectContaining(part)), {
    timeout: 10_000,
  });
const dropped = (stranger: Stranger, ban: boolean): Promise<void> =>
  vi.waitFor(() =>
    expect(victim.page.dropped).toContainEqual(
      expect.objectContaining({ wire: stranger.wire, ban }),
    ),
  );
const served = (stranger: Stranger): number => {
  let blocks = 0;
  while (victim.page.serve(stranger.wire, BLOCK_LENGTH)) blocks += 1;
  return blocks;
};

describe('a stranger', () => {
  it('that cannot prove its identity is thrown out', async () => {
    const stranger = meet(victim, torrent.infoHash);
    await stranger.authenticate(createNodeKeys(PrivateKey.fromRandom()));
    await heard(stranger, { type: 'error', code: 'bad-auth' });
    await dropped(stranger, true);
    expect(served(stranger)).toBe(0);
  });

  it('gets nothing before it has authenticated', async () => {
    const stranger = meet(victim, torrent.infoHash);
    await heard(stranger, { type: 'terms', satPerMiB: satPerMiB(PRICE) });
    expect(served(stranger)).toBe(0);
    stranger.leave();
  });

  it('that talks nonsense is thrown out', async () => {
    const stranger = meet(victim, torrent.infoHash);
    stranger.saySomething(Uint8Array.of(6, 1, 2, 3));
    await heard(stranger, { type: 'error', code: 'malformed' });
    await dropped(stranger, true);
  });

  it('may use messages of a later version', async () => {
    const stranger = meet(victim, torrent.infoHash);
    stranger.saySomething(Uint8Array.of(200, 1, 2, 3));
    await stranger.authenticate();
    await vi.waitFor(() => expect(served(stranger)).toBe(WINDOW_MIN / BLOCK_LENGTH));
    stranger.leave();
  });

  it('that never stops talking is thrown out', async () => {
    const stranger = meet(victim, torrent.infoHash);
    await stranger.authenticate();
    for (let i = 0; i <= MESSAGE_BURST; i += 1) {
      stranger.say({ type: 'error', code: 'internal', cid: null, detail: '' });
    }
    await dropped(stranger, true);
  });

  it.each([
    ['of another chain', { network: NETWORK_BYTES.main }, 'free'],
    ['that claims to be us', {}, 'refused'],
  ] as const)('%s is not traded with', async (_, hello, state) => {
    const ours = state === 'refused' ? { identity: fromHex(victim.node.keys.identity) } : {};
    const stranger = meet(victim, torrent.infoHash, { hello: { ...hello, ...ours } });
    expect(victim.page.buys.get(stranger.wire)?.state).toBe(state);
    expect(served(stranger)).toBe(0);
    expect(stranger.heard).toEqual([]);
    stranger.leave();
  });

  it('cannot pay on channels that it does not have', async () => {
    const stranger = meet(victim, torrent.infoHash);
    await stranger.authenticate();
    const cid = channelId('ab'.repeat(16));
    const signature = new Uint8Array(71);
    stranger.say({ type: 'pay', cid, paid: satoshi(5), bytes: 5, signature });
    await heard(stranger, { type: 'error', code: 'unknown-channel' });
    stranger.leave();
  });

  it('shares the exposure with all that never paid', async () => {
    const strangers: Stranger[] = [];
    const most = NEWCOMER_EXPOSURE / WINDOW_MIN + 4;
    for (let i = 0; i < most; i += 1) {
      const stranger = meet(victim, torrent.infoHash);
      strangers.push(stranger);
      await stranger.authenticate();
    }
    const windows = (): number[] =>
      victim
        .engine()
        .snapshot()
        .peers.filter(({ wire }) => strangers.some((one) => one.wire === wire))
        .map(({ window }) => window);
    await vi.waitFor(() => expect(windows()).toHaveLength(most), { timeout: 20_000 });
    const lent = windows().reduce((sum, window) => sum + window, 0);
    expect(lent).toBeLessThanOrEqual(NEWCOMER_EXPOSURE);
    expect(windows().at(-1)).toBe(0);
    for (const stranger of strangers) stranger.leave();
  }, 60_000);
});

describe('a payer', () => {
  const open = async (
    change: Partial<Open> = {},
  ): Promise<{ payer: Stranger; open: Open; sign: (paid: number) => Uint8Array }> => {
    const node = await net.node(20_000);
    const payer = meet(victim, torrent.infoHash, { keys: node.keys });
    await payer.authenticate();
    const request = await channelRequest(node, victim.node, 5_000);
    const funded = unwrap(await node.wallet.fundChannels([request]));
    const privateKey = Uint8Array.from(channelPayerKey(node.keys, request.cid).toArray('be', 32));
    const vout = funded.vouts[0] ?? 0;
    const output = { ...request, fundingTxid: funded.txid, vout };
    const signer = createUpdateSigner(curve, output, privateKey);
    const { T } = JSON.parse(request.instructions) as { T: number };
    const message: Open = {
      type: 'open',
      cid: request.cid,
      termsId: 1,
      payerKey: curve.publicKey(privateKey),
      refundAt: T,
      capacity: request.capacity,
      vout,
      funding: funded.beef,
      paid: satoshi(0),
      signature: signer.sign(satoshi(0)),
      ...change,
    };
    return { payer, open: message, sign: (paid) => signer.sign(satoshi(paid)) };
  };

  it('is believed what its signature covers, once', async () => {
    const { payer, open: message, sign } = await open();
    payer.say(message);
    await heard(payer, { type: 'open_ok', cid: message.cid });
    const { cid } = message;
    const before = victim.engine().snapshot().totals.earnedSat;
    const pay = {
      type: 'pay',
      cid,
      paid: satoshi(100),
      bytes: 96_376,
      signature: sign(100),
    } as const;
    for (let i = 0; i < 5; i += 1) payer.say(pay);
    await heard(payer, { type: 'credit', cid, paid: satoshi(100) });
    payer.say({ ...pay, paid: satoshi(40), signature: sign(40) });
    await heard(payer, { type: 'credit', cid, paid: satoshi(100) });
    expect(victim.engine().snapshot().totals.earnedSat - before).toBe(100);
    expect(victim.page.dropped.some(({ wire }) => wire === payer.wire)).toBe(false);
    payer.leave();
  }, 30_000);

  it.each([
    ['a forged signature', 'bad-signature', 200, 100],
    ['more than the capacity', 'over-capacity', 5_000, 100],
  ] as const)(
    'with %s is banned and not credited',
    async (_, code, paid, signed) => {
      const { payer, open: message, sign } = await open();
      payer.say(message);
      await heard(payer, { type: 'open_ok', cid: message.cid });
      const { cid } = message;
      const before = victim.engine().snapshot().totals.earnedSat;
      payer.say({ type: 'pay', cid, paid: satoshi(paid), bytes: 1, signature: sign(signed) });
      await heard(payer, { type: 'error', code });
      await dropped(payer, true);
      expect(victim.engine().snapshot().totals.earnedSat).toBe(before);
      expect(victim.engine().snapshot().engine.income.refused[code]).toBeGreaterThan(0);
    },
    30_000,
  );

  it.each([
    ['bad-terms', { termsId: 9 }],
    ['refund-too-early', { refundAt: Math.floor(Date.now() / 1000) + 3_600 }],
    ['bad-funding', { capacity: satoshi(6_000) }],
    ['bad-funding', { vout: 1 }],
    ['bad-funding', { funding: new Uint8Array(200) }],
    ['bad-signature', { paid: satoshi(7) }],
    ['capacity-too-small', { capacity: satoshi(100) }],
  ] as const)(
    'is refused a channel: %s',
    async (code, change) => {
      const { payer, open: message } = await open(change);
      payer.say(message);
      await heard(payer, { type: 'open_no', cid: message.cid, code });
      payer.leave();
    },
    30_000,
  );

  it('cannot open one channel twice, nor use that of another', async () => {
    const first = await open();
    first.payer.say(first.open);
    await heard(first.payer, { type: 'open_ok' });
    first.payer.say(first.open);
    await vi.waitFor(() =>
      expect(first.payer.heard.filter(({ type }) => type === 'open_ok')).toHaveLength(2),
    );
    const thief = meet(victim, torrent.infoHash);
    await thief.authenticate();
    thief.say(first.open);
    await heard(thief, { type: 'open_no', code: 'duplicate-channel' });
    const { cid } = first.open;
    thief.say({ type: 'pay', cid, paid: satoshi(50), bytes: 1, signature: first.sign(50) });
    await heard(thief, { type: 'error', code: 'unknown-channel' });
    thief.say({ type: 'close', cid, paid: satoshi(0) });
    const own = victim
      .engine()
      .snapshot()
      .channels.find((one) => one.cid === cid);
    expect(own?.status).toBe('open');
    expect(own?.paid).toBe(0);
    thief.leave();
    first.payer.leave();
  }, 30_000);
});
