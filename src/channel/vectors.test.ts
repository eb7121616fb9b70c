import { createHash } from 'node:crypto';
import { KeyDeriver, PrivateKey, ProtoWallet, Transaction } from '@bsv/sdk';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../shared/hex.ts';
import { unwrap } from '../shared/result.ts';
import { channelId, identityKey, satoshi, txId } from '../shared/units.ts';
import { signAuth, verifyAuth } from './auth.ts';
import { payeePrivateKey, payeePublicKey } from './keys.ts';
import { outputBytes, preimage, type ChannelOutput } from './preimage.ts';
import { FINAL_SEQUENCE, NO_HASH, UPDATE_SIGHASH } from './preimage.ts';
import { buildRefund } from './refund.ts';
import { changeScript, channelLockingScript, parseChannelLockingScript } from './script.ts';
import { buildSettlement } from './settlement.ts';
import { curve } from './testing/fixtures.ts';
import { ACCEPTED, REFUSED, judge } from './testing/interpreters.ts';
import { nodeVerifies } from './testing/node-curve.ts';
import { createUpdateSigner, createUpdateVerifier } from './update.ts';
import wires from '../../docs/vectors/auth.json';
import keys from '../../docs/vectors/channel/keys.json';
import refund from '../../docs/vectors/channel/refund.json';
import script from '../../docs/vectors/channel/script.json';
import settlement from '../../docs/vectors/channel/settlement.json';
import spends from '../../docs/vectors/channel/spends.json';
import update from '../../docs/vectors/channel/update.json';

const outputOf = (channel: typeof update.channel): ChannelOutput => ({
  fundingTxid: txId(channel.fundingTxid),
  vout: channel.vout,
  lockingScript: fromHex(channel.lockingScript),
  capacity: satoshi(channel.capacity),
});

describe('script vectors', () => {
  it.each(script.valid)('writes and reads $refundAt', (vector) => {
    const terms = {
      payerKey: fromHex(vector.payerKey),
      payeeKey: fromHex(vector.payeeKey),
      refundAt: vector.refundAt,
    };
    expect(toHex(channelLockingScript(terms))).toBe(vector.script);
    expect(unwrap(parseChannelLockingScript(fromHex(vector.script)))).toEqual(terms);
  });

  it.each(script.invalid)('refuses: $why', (vector) => {
    expect(parseChannelLockingScript(fromHex(vector.script)).ok).toBe(false);
    expect(script.valid.map((valid) => valid.script)).not.toContain(vector.script);
  });
});

describe('update vectors', () => {
  const output = outputOf(update.channel);
  const { payerKey } = unwrap(parseChannelLockingScript(output.lockingScript));
  const verifier = createUpdateVerifier(curve, output);

  it.each(update.updates)('pays $paid', ({ paid, ...vector }) => {
    expect(toHex(changeScript(payerKey))).toBe(update.changeScript);
    const message = preimage(output, {
      hashPrevouts: NO_HASH,
      hashSequence: NO_HASH,
      sequence: FINAL_SEQUENCE,
      hashOutputs: curve.hash256(outputBytes(output.capacity - paid, changeScript(payerKey))),
      lockTime: 0,
      sighash: UPDATE_SIGHASH,
    });
    const signer = createUpdateSigner(curve, output, fromHex(update.payerPrivateKey));
    expect(toHex(message)).toBe(vector.preimage);
    expect(toHex(curve.hash256(message))).toBe(vector.digest);
    expect(toHex(signer.sign(satoshi(paid)))).toBe(vector.signature);
    expect(verifier.verify(paid, fromHex(vector.signature))).toBe(true);
    // The digest is hashed twice; the last byte of the signature is its type.
    const once = createHash('sha256').update(message).digest();
    const der = fromHex(vector.signature).subarray(0, -1);
    expect(nodeVerifies(once, der, payerKey)).toBe(true);
    expect(nodeVerifies(message, der, payerKey)).toBe(false);
  });

  it.each(update.invalid)('refuses: $why', ({ paid, signature }) => {
    expect(verifier.verify(paid, fromHex(signature))).toBe(false);
  });
});

describe('settlement vectors', () => {
  it.each(settlement.settlements)('closes into $txid', (vector) => {
    const channels = vector.channels.map((channel) => ({
      ...outputOf(channel),
      paid: satoshi(channel.paid),
      payerSignature: fromHex(channel.payerSignature),
      payeePrivateKey: fromHex(settlement.payeePrivateKey),
    }));
    const built = unwrap(
      buildSettlement(curve, {
        channels,
        payoutScript: fromHex(settlement.payoutScript),
        satoshisPerKb: settlement.satoshisPerKb,
      }),
    );
    expect(toHex(built.rawTx)).toBe(vector.rawTx);
    expect([built.txid, built.fee, built.payout]).toEqual([vector.txid, vector.fee, vector.payout]);
    channels.forEach((_, i) => {
      expect(judge(Transaction.fromHex(vector.rawTx), i, channels)).toEqual(ACCEPTED);
    });
  });
});

describe('refund vector', () => {
  it('takes everything back', () => {
    const output = outputOf(refund.channel);
    const built = unwrap(
      buildRefund(curve, {
        ...output,
        payerPrivateKey: fromHex(refund.payerPrivateKey),
        payoutScript: fromHex(refund.payoutScript),
        satoshisPerKb: refund.satoshisPerKb,
      }),
    );
    expect(toHex(built.rawTx)).toBe(refund.rawTx);
    expect(built.tx.lockTime).toBe(refund.lockTime);
    expect([built.txid, built.fee, built.payout]).toEqual([refund.txid, refund.fee, refund.payout]);
    expect(judge(Transaction.fromHex(refund.rawTx), 0, [output])).toEqual(ACCEPTED);
  });
});

describe('spend vectors', () => {
  it.each(spends.spends)('$name', ({ rawTx, accepted }) => {
    const verdicts = judge(Transaction.fromHex(rawTx), 0, [outputOf(spends.channel)]);
    expect(verdicts).toEqual(accepted ? ACCEPTED : REFUSED);
  });
});

describe('key vectors', () => {
  const cid = channelId(keys.cid);
  const payer = new ProtoWallet(PrivateKey.fromHex(keys.payerRoot));
  const payeeDeriver = new KeyDeriver(PrivateKey.fromHex(keys.payeeRoot));
  const payerIdentity = identityKey(keys.payerIdentity);
  const payeeIdentity = identityKey(keys.payeeIdentity);

  it('derives the payee’s channel key from both sides', async () => {
    const payeeKey = payeePrivateKey(payeeDeriver, cid, payerIdentity);
    expect(toHex(payeeKey)).toBe(keys.payeePrivateKey);
    expect(toHex(unwrap(await payeePublicKey(payer, cid, payeeIdentity)))).toBe(keys.payeeKey);
  });

  it('authenticates the payer to the payee, and nobody else', async () => {
    const digestData = fromHex(keys.auth.digestData);
    const { keyID } = keys.auth;
    const signature = fromHex(keys.auth.signature);
    const publicKey = fromHex(keys.auth.publicKey);
    expect(
      unwrap(await signAuth(payer, { digestData, keyID, counterparty: payeeIdentity })),
    ).toEqual(signature);
    const verifies = (proof: Uint8Array): Promise<boolean> =>
      verifyAuth(new ProtoWallet(payeeDeriver), {
        digestData,
        keyID,
        counterparty: payerIdentity,
        signature: proof,
      });
    expect(await verifies(signature)).toBe(true);
    expect(nodeVerifies(digestData, signature, publicKey)).toBe(true);
    for (const { signature: other } of keys.refused) {
      expect(await verifies(fromHex(other))).toBe(false);
      expect(nodeVerifies(digestData, fromHex(other), publicKey)).toBe(false);
    }
  });

  it('authenticates on the first wire of auth.json', () => {
    expect(keys.auth).toMatchObject({ digestData: wires[0]?.data, keyID: wires[0]?.keyId });
  });
});
