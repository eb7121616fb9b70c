/** Longest DER form of a low-S signature: 33 bytes of r, 32 of s, 6 of framing. */
export const MAX_DER_LENGTH = 71;

const SEQUENCE = 0x30;
const INTEGER = 0x02;

/** Whether bytes `from`..`from + length` are a minimal, positive, non-zero DER integer of at most 256 bits. */
const isPositiveInteger = (der: Uint8Array, from: number, length: number): boolean => {
  const first = der[from];
  const second = der[from + 1] ?? 0;
  if (first === undefined || length < 1 || length > 33 || first >= 0x80) return false;
  if (first !== 0) return length < 33;
  return length > 1 && second >= 0x80;
};

/**
 * Whether `der` is a strictly encoded ECDSA signature as version-1 transactions need it (BIP-66),
 * without a sighash byte. Says nothing about its value; low S is left to the curve.
 */
export const isStrictDer = (der: Uint8Array): boolean => {
  if (der.length < 8 || der.length > MAX_DER_LENGTH) return false;
  const rLength = der[3] ?? 0;
  const sLength = der[5 + rLength] ?? 0;
  return (
    der[0] === SEQUENCE &&
    der[1] === der.length - 2 &&
    der[2] === INTEGER &&
    der[4 + rLength] === INTEGER &&
    6 + rLength + sLength === der.length &&
    isPositiveInteger(der, 4, rLength) &&
    isPositiveInteger(der, 6 + rLength, sLength)
  );
};
