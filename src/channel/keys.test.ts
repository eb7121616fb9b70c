import { KeyDeriver, PrivateKey, ProtoWallet } from '@bsv/sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../shared/hex.ts';
import { unwrap } from '../shared/result.ts';
import { channelId, identityKey } from '../shared/units.ts';
import { signAuth, verifyAuth } from './auth.ts';
import { payeePrivateKey, payeePublicKey } from './keys.ts';
import { curve } from './testing/fixtures.ts';

const party = (root: PrivateKey) => {
  const deriver = new KeyDeriver(root);
  return { deriver, wallet: new ProtoWallet(deriver), identity: identityKey(deriver.identityKey) };
};
const alice = party(new PrivateKey(11));
const bob = party(new PrivateKey(12));
const eve = party(new PrivateKey(13));
const CID = channelId('00112233445566778899aabbccddeeff');

const anyCid = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((data) => channelId(toHex(data)));
const anyRoot = fc.bigInt({ min: 1n, max: 2n ** 255n }).map((root) => {
  return party(PrivateKey.fromHex(root.toString(16).padStart(64, '0')));
});

describe('payee’s channel key', () => {
  it('is the same from both sides', async () => {
    await fc.assert(
      fc.asyncProperty(anyRoot, anyRoot, anyCid, async (payer, payee, cid) => {
        const seenByPayer = unwrap(await payeePublicKey(payer.wallet, cid, payee.identity));
        const own = payeePrivateKey(payee.deriver, cid, payer.identity);
        expect(toHex(curve.publicKey(own))).toBe(toHex(seenByPayer));
      }),
      { numRuns: 20 },
    );
  });

  it('differs by channel and by payer', () => {
    const other = channelId('ff'.repeat(16));
    const keys = [
      payeePrivateKey(bob.deriver, CID, alice.identity),
      payeePrivateKey(bob.deriver, other, alice.identity),
      payeePrivateKey(bob.deriver, CID, eve.identity),
      payeePrivateKey(eve.deriver, CID, alice.identity),
    ];
    expect(new Set(keys.map(toHex)).size).toBe(4);
  });

  it('fails as a value when the identity is no point or the wallet answers nonsense', async () => {
    const noPoint = identityKey(`02${'00'.repeat(31)}05`);
    expect((await payeePublicKey(alice.wallet, CID, noPoint)).ok).toBe(false);
    const broken = { getPublicKey: async () => ({ publicKey: 'nonsense' }) };
    expect((await payeePublicKey(broken, CID, bob.identity)).ok).toBe(false);
  });
});

describe('wire authentication', () => {
  const digestData = Uint8Array.of(1, 2, 3);
  const keyID = 'a1b2';
  const toBob = { digestData, keyID, counterparty: bob.identity };
  const fromAlice = { digestData, keyID, counterparty: alice.identity };

  it('is checked by the one it was made for, and by nobody else', async () => {
    const signature = unwrap(await signAuth(alice.wallet, toBob));
    expect(await verifyAuth(bob.wallet, { ...fromAlice, signature })).toBe(true);
    expect(await verifyAuth(eve.wallet, { ...fromAlice, signature })).toBe(false);
  });

  it('binds the signer, the data and the key id', async () => {
    const signature = unwrap(await signAuth(alice.wallet, toBob));
    for (const bent of [
      { ...fromAlice, counterparty: eve.identity },
      { ...fromAlice, digestData: Uint8Array.of(1, 2, 4) },
      { ...fromAlice, keyID: 'a1b3' },
    ]) {
      expect(await verifyAuth(bob.wallet, { ...bent, signature })).toBe(false);
    }
  });

  it('is not accepted when it comes back to its sender', async () => {
    const signature = unwrap(await signAuth(alice.wallet, toBob));
    expect(
      await verifyAuth(alice.wallet, { digestData, keyID, counterparty: bob.identity, signature }),
    ).toBe(false);
  });

  it('refuses garbage without throwing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), async (signature) => {
        expect(await verifyAuth(bob.wallet, { ...fromAlice, signature })).toBe(false);
      }),
    );
  });

  it('fails as a value when the wallet refuses to sign', async () => {
    const refused = await signAuth(alice.wallet, { ...toBob, keyID: '' });
    expect(refused.ok).toBe(false);
  });
});
