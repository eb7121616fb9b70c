import type { KeyDeriverApi, WalletInterface } from '@bsv/sdk';
import { fromHex } from '../shared/hex.ts';
import { failureOf, ok, type Result } from '../shared/result.ts';
import { identityKey, type ChannelId, type IdentityKey } from '../shared/units.ts';

/** Payee's channel key (BRC-43 protocol id, security level 2). */
export const PAYEE_KEY_PROTOCOL: [2, string] = [2, 'stream channel'];

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
