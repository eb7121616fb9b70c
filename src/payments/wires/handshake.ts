import { signAuth, verifyAuth, type AuthRequest } from '../../channel/auth.ts';
import { authDigestData, authKeyId, type AuthScene } from '../../protocol/auth.ts';
import { decodeHello } from '../../protocol/hello.ts';
import { NETWORK_BYTES, PEER_ID_BYTES, NONCE_BYTES } from '../../protocol/limits.ts';
import type { Hello } from '../../protocol/messages.ts';
import { toHex } from '../../shared/hex.ts';
import type { WireOpened } from '../../shared/ports/wire-payments.ts';
import { identityKey, type IdentityKey } from '../../shared/units.ts';
import type { Context } from '../context.ts';
import type { WireEntry } from './registry.ts';

/** Whether the peer says it is this very node, in another tab or browser. */
export const isOurselves = (
  { keys }: Pick<Context, 'keys'>,
  { theirHello }: WireOpened,
): boolean => {
  const decoded = decodeHello(theirHello);
  return decoded.ok && toHex(decoded.value.identity) === keys.identity;
};

/** The hello of a peer with which money can be moved, or null: another chain, nonsense, ourselves. */
export const usableHello = (
  { network, keys }: Pick<Context, 'network' | 'keys'>,
  opened: WireOpened,
): Hello | null => {
  const decoded = decodeHello(opened.theirHello);
  if (!decoded.ok) return null;
  const hello = decoded.value;
  const sized =
    opened.ourPeerId.length === PEER_ID_BYTES &&
    opened.theirPeerId.length === PEER_ID_BYTES &&
    opened.ourNonce.length === NONCE_BYTES;
  const ours = toHex(hello.identity) === keys.identity;
  return sized && !ours && hello.network === NETWORK_BYTES[network] ? hello : null;
};

const identityOf = (hello: Hello): IdentityKey => identityKey(toHex(hello.identity));

const request = (wire: WireEntry, hello: Hello, signer: AuthScene['signer']): AuthRequest => {
  const { ourNonce, ourPeerId, theirPeerId, infoHash } = wire.opened;
  const scene = { ourNonce, theirNonce: hello.nonce, ourPeerId, theirPeerId, infoHash, signer };
  return {
    digestData: authDigestData(scene),
    keyID: authKeyId(scene),
    counterparty: identityOf(hello),
  };
};

/** Our proof for this wire; null when the wallet or the peer's key does not allow it. */
export const proveOurselves = async (
  { keys }: Pick<Context, 'keys'>,
  wire: WireEntry,
): Promise<Uint8Array | null> => {
  if (wire.hello === null) return null;
  const signed = await signAuth(keys.wallet, request(wire, wire.hello, 'us'));
  return signed.ok ? signed.value : null;
};

/** The identity that the peer has proved to be, or null. */
export const proveThem = async (
  { keys }: Pick<Context, 'keys'>,
  wire: WireEntry,
  signature: Uint8Array,
): Promise<IdentityKey | null> => {
  if (wire.hello === null) return null;
  const asked = { ...request(wire, wire.hello, 'them'), signature };
  return (await verifyAuth(keys.wallet, asked)) ? identityOf(wire.hello) : null;
};
