import { fromHex, toHex } from '../shared/hex.ts';
import type { InfoHash } from '../shared/units.ts';
import { Writer } from './codec-writer.ts';
import { INFO_HASH_BYTES, NONCE_BYTES, PEER_ID_BYTES } from './limits.ts';

/** One wire as one end sees it, and which end signs. */
export interface AuthScene {
  /** Of the two hellos. */
  readonly ourNonce: Uint8Array;
  readonly theirNonce: Uint8Array;
  /** Of the two BitTorrent handshakes (BEP-3). */
  readonly ourPeerId: Uint8Array;
  readonly theirPeerId: Uint8Array;
  readonly infoHash: InfoHash;
  readonly signer: 'us' | 'them';
}

/** Keeps these signatures apart from all others that a wallet makes. */
const DOMAIN = new TextEncoder().encode('bsv_pay auth v1\n');

type Nonces = Pick<AuthScene, 'ourNonce' | 'theirNonce' | 'signer'>;

/** Both nonces, the signer's first. */
const inOrder = ({ ourNonce, theirNonce, signer }: Nonces): readonly [Uint8Array, Uint8Array] =>
  signer === 'us' ? [ourNonce, theirNonce] : [theirNonce, ourNonce];

/**
 * The 108 bytes that an auth message signs (hashed once with SHA-256):
 * `"bsv_pay auth v1\n" | signer's nonce 16 | verifier's nonce 16 | signer's peer id 20 |
 * verifier's peer id 20 | info hash 20`. The verifier's fresh nonce makes a replay on another wire
 * worthless; the order makes a reflected signature one over other bytes.
 * @throws RangeError when a nonce or peer id does not have its size.
 */
export const authDigestData = (scene: AuthScene): Uint8Array => {
  const { ourPeerId, theirPeerId, infoHash, signer } = scene;
  const [signerNonce, verifierNonce] = inOrder(scene);
  const writer = new Writer();
  writer.bytes(DOMAIN, DOMAIN.length, 'domain');
  writer.bytes(signerNonce, NONCE_BYTES, 'nonce');
  writer.bytes(verifierNonce, NONCE_BYTES, 'nonce');
  writer.bytes(signer === 'us' ? ourPeerId : theirPeerId, PEER_ID_BYTES, 'peer id');
  writer.bytes(signer === 'us' ? theirPeerId : ourPeerId, PEER_ID_BYTES, 'peer id');
  writer.bytes(fromHex(infoHash), INFO_HASH_BYTES, 'info hash');
  return writer.finish();
};

/**
 * Key id of the signature's key (BRC-43): hex of the signer's nonce, a space, hex of the verifier's.
 * The key belongs to protocol `[2, 'stream auth']` and to the other side as counterparty (BRC-42).
 */
export const authKeyId = (nonces: Nonces): string => inOrder(nonces).map(toHex).join(' ');
