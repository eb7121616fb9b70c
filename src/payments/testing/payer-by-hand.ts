import { LockingScript, P2PKH, PrivateKey, Transaction } from '@bsv/sdk';
import { buildRefund } from '../../channel/refund.ts';
import { createUpdateSigner } from '../../channel/update.ts';
import type { Open, Pay } from '../../protocol/messages.ts';
import { fromHex } from '../../shared/hex.ts';
import { unwrap } from '../../shared/result.ts';
import { satoshi, txId, type ChannelId, type TxId } from '../../shared/units.ts';
import { channelPayerKey } from '../wallet/channel-key.ts';
import { channelRequest, curve, type TestNetwork, type TestNode } from '../wallet/testing/node.ts';
import type { Peer } from './nodes.ts';

/** A channel whose funding, offers and payments a test makes itself. */
export interface HandMadeChannel {
  readonly cid: ChannelId;
  readonly fundingTxid: TxId;
  offer(change?: Partial<Open>): Open;
  pay(paid: number, bytes?: number): Pay;
  /** Takes everything back, as nobody may before the refund time. */
  refund(): Transaction;
}

/** The transaction behind some channels, and what can be made instead of it. */
export interface HandMadeFunding {
  readonly txid: TxId;
  readonly channels: readonly HandMadeChannel[];
  /** Spends the same coin back to its owner. */
  rival(): Promise<Transaction>;
}

const FEE = 500;

/** One transaction of `payer` with channels of these capacities to `payee`; its coin is the faucet's. */
export const fundByHand = async (
  net: TestNetwork,
  payer: TestNode,
  payee: Peer,
  ...capacities: readonly number[]
): Promise<HandMadeFunding> => {
  const key = PrivateKey.fromRandom();
  const own = new P2PKH().lock(key.toAddress());
  const held = capacities.reduce((sum, one) => sum + one, 2 * FEE);
  const { beef } = net.devnet.faucet.give(Uint8Array.from(own.toBinary()), held);
  const coin = Transaction.fromAtomicBEEF(Array.from(fromHex(beef)));

  const spend = async (
    outputs: readonly { readonly lockingScript: LockingScript; readonly satoshis: number }[],
  ): Promise<Transaction> => {
    const tx = new Transaction();
    const unlockingScriptTemplate = new P2PKH().unlock(key);
    tx.addInput({ sourceTransaction: coin, sourceOutputIndex: 0, unlockingScriptTemplate });
    for (const output of outputs) tx.addOutput(output);
    await tx.sign();
    return tx;
  };

  const requests = await Promise.all(
    capacities.map((capacity) => channelRequest(payer, payee.node, capacity)),
  );
  const tx = await spend(
    requests.map(({ lockingScript, capacity: satoshis }) => ({
      lockingScript: LockingScript.fromBinary(Array.from(lockingScript)),
      satoshis,
    })),
  );
  const fundingTxid = txId(tx.id('hex'));
  const funding = Uint8Array.from(tx.toAtomicBEEF());

  const channels = requests.map((request, vout): HandMadeChannel => {
    const { cid, capacity } = request;
    const { T } = JSON.parse(request.instructions) as { T: number };
    const privateKey = Uint8Array.from(channelPayerKey(payer.keys, cid).toArray('be', 32));
    const signer = createUpdateSigner(curve, { ...request, fundingTxid, vout }, privateKey);
    const state = (paid: number) => ({
      ...{ cid, paid: satoshi(paid), signature: signer.sign(satoshi(paid)) },
    });
    return {
      cid,
      fundingTxid,
      offer: (change = {}) => ({
        ...{ type: 'open', termsId: 1, payerKey: curve.publicKey(privateKey), refundAt: T },
        ...{ capacity, vout, funding, ...state(change.paid ?? 0), ...change },
      }),
      pay: (paid, bytes = 16_384) => ({ type: 'pay', bytes, ...state(paid) }),
      refund: () =>
        unwrap(
          buildRefund(curve, {
            ...{ ...request, fundingTxid, vout, payerPrivateKey: privateKey },
            ...{ payoutScript: Uint8Array.from(own.toBinary()), satoshisPerKb: 100 },
          }),
        ).tx,
    };
  });
  return {
    txid: fundingTxid,
    channels,
    rival: () => spend([{ lockingScript: own, satoshis: held - FEE }]),
  };
};
