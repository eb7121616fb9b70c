import { instantiateSecp256k1, instantiateSha256 } from '@bitauth/libauth';
import { isStrictDer } from './der.ts';

/** ECDSA over secp256k1 and the digest that Bitcoin signs. All calls are synchronous. */
export interface Curve {
  /**
   * Deterministic (RFC 6979), low-S, DER signature of a 32-byte digest.
   * @throws RangeError unless `privateKey` is 32 bytes of a scalar from 1 to n - 1.
   */
  sign(digest: Uint8Array, privateKey: Uint8Array): Uint8Array;
  /** Whether `der` is a strict DER, low-S signature of `digest`. False, never a throw, on any input. */
  verify(digest: Uint8Array, der: Uint8Array, publicKey: Uint8Array): boolean;
  /**
   * Compressed public key, 33 bytes.
   * @throws RangeError unless `privateKey` is 32 bytes of a scalar from 1 to n - 1.
   */
  publicKey(privateKey: Uint8Array): Uint8Array;
  /** SHA-256 twice. */
  hash256(data: Uint8Array): Uint8Array;
}

const expectLength = (data: Uint8Array, length: number, what: string): void => {
  if (data.length !== length) throw new RangeError(`${what} must be ${length} bytes`);
};

/** libauth answers a failure with a string. */
const bytesOf = (answer: Uint8Array | string): Uint8Array => {
  if (typeof answer === 'string') throw new RangeError(answer);
  return answer;
};

/** The curve in WebAssembly, tens of times faster than in script. Make one per thread. */
export const createFastCurve = async (): Promise<Curve> => {
  const [secp256k1, sha256] = await Promise.all([instantiateSecp256k1(), instantiateSha256()]);
  return {
    sign: (digest, privateKey) => {
      expectLength(digest, 32, 'digest');
      expectLength(privateKey, 32, 'private key');
      return bytesOf(secp256k1.signMessageHashDER(privateKey, digest));
    },
    verify: (digest, der, publicKey) =>
      digest.length === 32 &&
      publicKey.length === 33 &&
      isStrictDer(der) &&
      secp256k1.verifySignatureDERLowS(der, publicKey, digest),
    publicKey: (privateKey) => {
      expectLength(privateKey, 32, 'private key');
      return bytesOf(secp256k1.derivePublicKeyCompressed(privateKey));
    },
    hash256: (data) => sha256.hash(sha256.hash(data)),
  };
};
