import { BigNumber, Curve as SdkCurve, type KeyDeriverApi, type WalletInterface } from '@bsv/sdk';
import { fromHex } from '../shared/hex.ts';
import { fail, failureOf, ok, type Result } from '../shared/result.ts';
import { identityKey, type ChannelId, type IdentityKey } from '../shared/units.ts';

/** Payer's channel key (BRC-43 protocol id, security level 2). */
export const PAYER_KEY_PROTOCOL: [2, string] = [2, 'stream channel key'];
/** Payee's channel key. */
export const PAYEE_KEY_PROTOCOL: [2, string] = [2, 'stream channel'];

const order = new SdkCurve().n;

/**
 * Payer's private key of channel `cid`, 32 bytes: the wallet's HMAC (BRC-100, counterparty self,
 * key id = hex of cid) over the 16 bytes of cid, modulo n. The wallet alone brings it back.
 * @returns the wallet's failure, or `internal` when its answer is not 32 bytes of a usable scalar.
 */
export const payerPrivateKey = async (
  wallet: Pick<WalletInterface, 'createHmac'>,
  cid: ChannelId,
): Promise<Result<Uint8Array>> => {
  try {
    const { hmac } = await wallet.createHmac({
      protocolID: PAYER_KEY_PROTOCOL,
      keyID: cid,
      counterparty: 'self',
      data: [...fromHex(cid)],
    });
    const scalar = new BigNumber([...hmac]).umod(order);
    if (hmac.length !== 32 || scalar.isZero()) {
      return fail('internal', 'The wallet gave no usable channel key.');
    }
    return ok(Uint8Array.from(scalar.toArray('be', 32)));
  } catch (error) {
    return { ok: false, error: failureOf(error) };
  }
};

/**
 * Payee's public key of channel `cid`, 33 bytes, as the payer derives it from the payee's identity
 * (BRC-42): opening a channel needs no answer.
 */
export const payeePublicKey = async (
  wallet: Pick<WalletInterface, 'getPublicKey'>,
  cid: ChannelId,
  payee: IdentityKey,
): Promise<Result<Uint8Array>> => {
  try {
    const { publicKey } = await wallet.getPublicKey({
      protocolID: PAYEE_KEY_PROTOCOL,
      keyID: cid,
      counterparty: payee,
    });
    return ok(fromHex(identityKey(publicKey)));
  } catch (error) {
    return { ok: false, error: failureOf(error) };
  }
};

/**
 * Payee's private key of channel `cid`, 32 bytes: the other half of {@link payeePublicKey}.
 * @throws Error when `payer` is not a point of the curve.
 */
export const payeePrivateKey = (
  deriver: Pick<KeyDeriverApi, 'derivePrivateKey'>,
  cid: ChannelId,
  payer: IdentityKey,
): Uint8Array =>
  Uint8Array.from(deriver.derivePrivateKey(PAYEE_KEY_PROTOCOL, cid, payer).toArray('be', 32));
