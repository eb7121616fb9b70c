import type { PrivateKey, PublicKey } from '@bsv/sdk';
import { fromHex } from '../../shared/hex.ts';
import type { ChannelId } from '../../shared/units.ts';
import { ownPrivateKey, ownPublicKey, ownScript, type OwnName } from './own-scripts.ts';
import type { NodeKeys, OwnScript } from './port.ts';

/**
 * The payer's key of a channel. It is a BRC-29 key with ourselves as counterparty, so that the
 * change of a settled channel, a P2PKH of this key, is an ordinary payment to our own wallet: it
 * comes home without a sweep transaction. Root key and channel id alone bring it back.
 */
const own = (cid: ChannelId): OwnName => ({ kind: 'stream channel', name: fromHex(cid) });

/** Private key of channel `cid` in which we pay. */
export const channelPayerKey = (keys: Pick<NodeKeys, 'keyDeriver'>, cid: ChannelId): PrivateKey =>
  ownPrivateKey(keys.keyDeriver, own(cid));

/** Its public key. */
export const channelPayerPublicKey = (
  keys: Pick<NodeKeys, 'keyDeriver'>,
  cid: ChannelId,
): PublicKey => ownPublicKey(keys.keyDeriver, own(cid));

/** The change script of channel `cid`: P2PKH of {@link channelPayerKey}. */
export const channelChangeScript = (
  keys: Pick<NodeKeys, 'keyDeriver'>,
  cid: ChannelId,
): OwnScript => ownScript(keys.keyDeriver, own(cid));
