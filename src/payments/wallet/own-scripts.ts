import { Hash, P2PKH, type CachedKeyDeriver, type PrivateKey, type PublicKey } from '@bsv/sdk';
import type { OwnScript } from './port.ts';

/**
 * Scripts that pay ourselves, each named by a kind and a name in it. BRC-29 asks for a prefix and a
 * suffix in base64; with ourselves as counterparty they lead to a key that only we can derive.
 */
export interface OwnName {
  readonly kind: 'payout' | 'receive' | 'stream channel';
  readonly name: Uint8Array;
}

/** BRC-43 allows key ids of 800 characters; names are far shorter, or hashed. */
const MAX_NAME = 100;

/** BRC-29, security level 2. */
const PROTOCOL: [2, string] = [2, '3241645161d8'];

const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

/** Base64 of the kind, as BRC-29's derivation prefix. */
export const prefixOf = (kind: OwnName['kind']): string => btoa(kind);

const derivation = ({ kind, name }: OwnName) => ({
  derivationPrefix: prefixOf(kind),
  derivationSuffix: base64(
    name.length <= MAX_NAME ? name : Uint8Array.from(Hash.sha256([...name])),
  ),
});

const keyId = (own: OwnName): string => {
  const { derivationPrefix, derivationSuffix } = derivation(own);
  return `${derivationPrefix} ${derivationSuffix}`;
};

/** Private key of the script of that name. */
export const ownPrivateKey = (deriver: CachedKeyDeriver, own: OwnName): PrivateKey =>
  deriver.derivePrivateKey(PROTOCOL, keyId(own), 'self');

/** Public key of the script of that name. */
export const ownPublicKey = (deriver: CachedKeyDeriver, own: OwnName): PublicKey =>
  deriver.derivePublicKey(PROTOCOL, keyId(own), 'self', true);

/** P2PKH script of that name, with what `internalize` needs to know it by. */
export const ownScript = (deriver: CachedKeyDeriver, own: OwnName): OwnScript => {
  const hash = Hash.hash160(ownPublicKey(deriver, own).encode(true));
  return {
    lockingScript: new P2PKH().lock(hash).toUint8Array(),
    ...derivation(own),
  };
};
