import { PrivateKey } from '@bsv/sdk';
import { signAuth, verifyAuth } from '../channel/auth.ts';
import type { Curve } from '../channel/curve.ts';
import { payeePublicKey } from '../channel/keys.ts';
import { channelLockingScript } from '../channel/script.ts';
import { createUpdateSigner, createUpdateVerifier } from '../channel/update.ts';
import { toHex } from '../shared/hex.ts';
import { unwrap } from '../shared/result.ts';
import { channelId, satoshi, txId } from '../shared/units.ts';
import { channelPayerKey } from './wallet/channel-key.ts';
import { createNodeKeys } from './wallet/keys.ts';
import type { NodeKeys } from './wallet/port.ts';

/**
 * Does once, with nobody, what the first peer would have to wait for: script engines compile code
 * when it is first used, and big-number code is slow until then.
 */
export const warmUp = async (keys: NodeKeys, curve: Curve): Promise<void> => {
  const stranger = createNodeKeys(PrivateKey.fromRandom());
  const request = { digestData: new Uint8Array(108), keyID: 'warm up' };
  const signature = unwrap(
    await signAuth(keys.wallet, { ...request, counterparty: stranger.identity }),
  );
  await verifyAuth(stranger.wallet, { ...request, signature, counterparty: keys.identity });

  const cid = channelId('00'.repeat(16));
  const privateKey = Uint8Array.from(channelPayerKey(keys, cid).toArray('be', 32));
  const terms = {
    payerKey: curve.publicKey(privateKey),
    payeeKey: unwrap(await payeePublicKey(keys.wallet, cid, stranger.identity)),
    refundAt: 2_000_000_000,
  };
  const output = {
    fundingTxid: txId(toHex(new Uint8Array(32))),
    vout: 0,
    capacity: satoshi(1_500),
    lockingScript: channelLockingScript(terms),
  };
  const paid = satoshi(1);
  const update = createUpdateSigner(curve, output, privateKey).sign(paid);
  createUpdateVerifier(curve, output).verify(paid, update);
};
