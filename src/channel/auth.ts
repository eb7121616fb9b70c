import type { WalletInterface } from '@bsv/sdk';
import { failureOf, ok, type Result } from '../shared/result.ts';
import type { IdentityKey } from '../shared/units.ts';
import { isStrictDer } from './der.ts';

/** Signatures that bind an identity to a wire (BRC-43 protocol id, security level 2). */
export const AUTH_PROTOCOL: [2, string] = [2, 'stream auth'];

/** What is signed, and between whom. */
export interface AuthRequest {
  /** The transcript that docs/protocol.md lays out; hashed once with SHA-256 before it is signed. */
  readonly digestData: Uint8Array;
  readonly keyID: string;
  /** The other side: the verifier when signing, the signer when verifying. */
  readonly counterparty: IdentityKey;
}

/** Signs for `counterparty`'s eyes alone: nobody else can check the signature. DER, without a type byte. */
export const signAuth = async (
  wallet: Pick<WalletInterface, 'createSignature'>,
  request: AuthRequest,
): Promise<Result<Uint8Array>> => {
  try {
    const { signature } = await wallet.createSignature({
      protocolID: AUTH_PROTOCOL,
      keyID: request.keyID,
      counterparty: request.counterparty,
      data: [...request.digestData],
    });
    return ok(Uint8Array.from(signature));
  } catch (error) {
    return { ok: false, error: failureOf(error) };
  }
};

/** Whether `counterparty` signed this for us. False on anything malformed, and when the wallet refuses. */
export const verifyAuth = async (
  wallet: Pick<WalletInterface, 'verifySignature'>,
  request: AuthRequest & { readonly signature: Uint8Array },
): Promise<boolean> => {
  if (!isStrictDer(request.signature)) return false;
  try {
    const { valid } = await wallet.verifySignature({
      protocolID: AUTH_PROTOCOL,
      keyID: request.keyID,
      counterparty: request.counterparty,
      data: [...request.digestData],
      signature: [...request.signature],
    });
    return valid;
  } catch {
    return false; // a wallet says "not valid" by throwing
  }
};
