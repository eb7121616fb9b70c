import { randomBytes } from 'node:crypto';
import { LockingScript, P2PKH, PrivateKey, Transaction } from '@bsv/sdk';
import { createFastCurve } from '../../src/channel/curve.ts';
import { payeePublicKey } from '../../src/channel/keys.ts';
import { channelLockingScript } from '../../src/channel/script.ts';
import { createUpdateSigner } from '../../src/channel/update.ts';
import { channelPayerKey } from '../../src/payments/wallet/channel-key.ts';
import type { NodeKeys } from '../../src/payments/wallet/port.ts';
import type { Open, Pay } from '../../src/protocol/messages.ts';
import { fromHex, toHex } from '../../src/shared/hex.ts';
import { unwrap } from '../../src/shared/result.ts';
import { channelId, satoshi, txId, type IdentityKey } from '../../src/shared/units.ts';
import type { Devnet } from './nodes.ts';

const CAPACITY = 5_000;
const COIN = 20_000;
const WEEK_S = 7 * 24 * 3_600;
const curve = await createFastCurve();

/** Ways in which a funding transaction is not what its `open` says. */
export interface Flaw {
  /** Satoshi in the output, where the offer says 5,000. */
  readonly holds?: number;
  /** Locks the output with a script of its own. */
  readonly script?: Uint8Array;
  /** Seconds between the refund time of the offer and that of the script. */
  readonly later?: number;
  /** The coin goes elsewhere first. */
  readonly spent?: boolean;
  /** The first signature is over another transaction's output. */
  readonly foreign?: boolean;
}

export interface CheatChannel {
  readonly open: Open;
  /** A payment of `paid` in all, signed for `signed` if that is another sum. */
  pay(paid: number, signed?: number): Pay;
}

/** A coin from the local network's faucet and what spends it into an output and change. */
const coin = (net: Devnet) => {
  const key = PrivateKey.fromRandom();
  const home = new P2PKH().lock(key.toAddress());
  const { beef } = net.faucet.give(Uint8Array.from(home.toBinary()), COIN);
  const source = Transaction.fromAtomicBEEF(Array.from(fromHex(beef)));
  return async (script: Uint8Array, satoshis: number): Promise<Transaction> => {
    const tx = new Transaction();
    tx.addInput({
      sourceTransaction: source,
      sourceOutputIndex: 0,
      unlockingScriptTemplate: new P2PKH().unlock(key),
    });
    tx.addOutput({ lockingScript: LockingScript.fromBinary(Array.from(script)), satoshis });
    tx.addOutput({ lockingScript: home, satoshis: COIN - satoshis - 200 });
    await tx.sign();
    return tx;
  };
};

const broadcast = async (net: Devnet, tx: Transaction): Promise<void> => {
  const response = await fetch(`${net.urls.arc}/v1/tx`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ rawTx: tx.toHexEF() }),
  });
  if (!response.ok) throw new Error(await response.text());
};

/** A channel with real coins from these keys to `payee`, sound but for its flaw. */
export const fundChannel = async (
  net: Devnet,
  keys: NodeKeys,
  payee: IdentityKey,
  flaw: Flaw = {},
): Promise<CheatChannel> => {
  const cid = channelId(randomBytes(16).toString('hex'));
  const privateKey = Uint8Array.from(channelPayerKey(keys, cid).toArray('be', 32));
  const payerKey = curve.publicKey(privateKey);
  const payeeKey = unwrap(await payeePublicKey(keys.wallet, cid, payee));
  const refundAt = Math.floor(Date.now() / 1000) + WEEK_S;
  const lockingScript = channelLockingScript({ payerKey, payeeKey, refundAt });
  const spend = coin(net);
  if (flaw.spent === true) await broadcast(net, await spend(Uint8Array.of(0x51), 1_000));
  const tx = await spend(flaw.script ?? lockingScript, flaw.holds ?? CAPACITY);
  const capacity = satoshi(CAPACITY);
  const signerFor = (fundingTxid: string) =>
    createUpdateSigner(
      curve,
      { fundingTxid: txId(fundingTxid), vout: 0, lockingScript, capacity },
      privateKey,
    );
  const signer = signerFor(tx.id('hex'));
  const first = flaw.foreign === true ? signerFor(toHex(randomBytes(32))) : signer;
  return {
    open: {
      type: 'open',
      cid,
      termsId: 1,
      payerKey,
      refundAt: refundAt + (flaw.later ?? 0),
      capacity,
      vout: 0,
      funding: Uint8Array.from(tx.toAtomicBEEF()),
      paid: satoshi(0),
      signature: first.sign(satoshi(0)),
    },
    pay: (paid, signed = paid) => ({
      type: 'pay',
      cid,
      paid: satoshi(paid),
      bytes: Math.floor((paid * 2 ** 20) / 1_088),
      signature: signer.sign(satoshi(signed)),
    }),
  };
};
