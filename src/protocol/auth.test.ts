import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../shared/hex.ts';
import { infoHash } from '../shared/units.ts';
import { authDigestData, authKeyId, type AuthScene } from './auth.ts';

/** The parsed JSON of docs/vectors/`name`. */
const readVectors = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../docs/vectors/${name}`, import.meta.url), 'utf8'));

const VECTORS = readVectors('auth.json') as {
  name: string;
  scene: {
    ourNonce: string;
    theirNonce: string;
    ourPeerId: string;
    theirPeerId: string;
    infoHash: string;
    signer: 'us' | 'them';
  };
  data: string;
  sha256: string;
  keyId: string;
}[];

const filled = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value);
const scene: AuthScene = {
  ourNonce: filled(16, 1),
  theirNonce: filled(16, 2),
  ourPeerId: filled(20, 3),
  theirPeerId: filled(20, 4),
  infoHash: infoHash('05'.repeat(20)),
  signer: 'us',
};
const mirror = (s: AuthScene): AuthScene => ({
  ourNonce: s.theirNonce,
  theirNonce: s.ourNonce,
  ourPeerId: s.theirPeerId,
  theirPeerId: s.ourPeerId,
  infoHash: s.infoHash,
  signer: s.signer === 'us' ? 'them' : 'us',
});

describe('authentication', () => {
  it.each(VECTORS)('vector: $name', ({ scene: fields, data, sha256, keyId }) => {
    const given: AuthScene = {
      ourNonce: fromHex(fields.ourNonce),
      theirNonce: fromHex(fields.theirNonce),
      ourPeerId: fromHex(fields.ourPeerId),
      theirPeerId: fromHex(fields.theirPeerId),
      infoHash: infoHash(fields.infoHash),
      signer: fields.signer,
    };
    const digestData = authDigestData(given);
    expect(toHex(digestData)).toBe(data);
    expect(createHash('sha256').update(digestData).digest('hex')).toBe(sha256);
    expect(authKeyId(given)).toBe(keyId);
  });

  it('means the same to both ends of a wire', () => {
    expect(authDigestData(mirror(scene))).toEqual(authDigestData(scene));
    expect(authKeyId(mirror(scene))).toBe(authKeyId(scene));
  });

  it('signs something else in each direction, so that a signature cannot be reflected', () => {
    const back: AuthScene = { ...scene, signer: 'them' };
    expect(authDigestData(back)).not.toEqual(authDigestData(scene));
    expect(authKeyId(back)).not.toBe(authKeyId(scene));
  });

  it.each<[string, Partial<AuthScene>]>([
    ['our nonce', { ourNonce: filled(16, 9) }],
    ['their nonce', { theirNonce: filled(16, 9) }],
    ['our peer id', { ourPeerId: filled(20, 9) }],
    ['their peer id', { theirPeerId: filled(20, 9) }],
    ['the info hash', { infoHash: infoHash('09'.repeat(20)) }],
  ])('depends on %s', (_name, change) => {
    expect(authDigestData({ ...scene, ...change })).not.toEqual(authDigestData(scene));
  });

  it('refuses a nonce or peer id of another size', () => {
    expect(() => authDigestData({ ...scene, theirNonce: filled(15, 2) })).toThrow(RangeError);
    expect(() => authDigestData({ ...scene, theirPeerId: filled(21, 4) })).toThrow(RangeError);
  });
});
