import { createPublicKey, ECDH, verify } from 'node:crypto';

/** Header of a SubjectPublicKeyInfo for an uncompressed point of secp256k1 (RFC 5480). */
const SPKI = Buffer.from('3056301006072a8648ce3d020106052b8104000a034200', 'hex');

/**
 * Whether a DER signature is one over the SHA-256 of `data`, as OpenSSL sees it: an implementation
 * that shares nothing with those that sign here. It does not mind a high s.
 */
export const nodeVerifies = (
  data: Uint8Array,
  der: Uint8Array,
  compressedKey: Uint8Array,
): boolean => {
  const point = ECDH.convertKey(compressedKey, 'secp256k1', undefined, undefined, 'uncompressed');
  if (typeof point === 'string') throw new TypeError('bytes were asked for');
  const key = createPublicKey({ key: Buffer.concat([SPKI, point]), format: 'der', type: 'spki' });
  return verify('sha256', data, { key, dsaEncoding: 'der' }, der);
};
