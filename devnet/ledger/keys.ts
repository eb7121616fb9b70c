import { Hash, PrivateKey, TransactionSignature } from '@bsv/sdk';
import { bytesOf, concatBytes } from './bytes.ts';
import { toSdkInputs, toSdkOutputs, lockOf } from './sdk.ts';
import { encodeTx, type Tx, type TxBody, type TxOutput } from './transaction.ts';

/** A key that owns coins under the standard pay-to-public-key-hash script. */
export interface CoinKey {
  readonly script: Uint8Array;
  /** Signs every input of `body`; `spent` are the outputs it spends, in input order. */
  sign(body: TxBody, spent: readonly TxOutput[]): Tx;
}

/** ALL with the fork id: covers the whole transaction. */
const SCOPE = TransactionSignature.SIGHASH_ALL | TransactionSignature.SIGHASH_FORKID;
/** Two pushes: a signature of at most 73 bytes and a key of 33. */
export const UNLOCK_BYTES = 108;

const push = (data: Uint8Array): Uint8Array => concatBytes([Uint8Array.of(data.length), data]);

/** Key made from 32 secret bytes in hex. */
export const coinKey = (secret: string): CoinKey => {
  const key = PrivateKey.fromHex(secret);
  const publicKey = Uint8Array.from(key.toPublicKey().encode(true) as number[]);
  const hash = Uint8Array.from(Hash.hash160([...publicKey]));
  const script = concatBytes([bytesOf('76a914'), hash, bytesOf('88ac')]);
  return {
    script,
    sign: (body, spent) => {
      const others = toSdkInputs(body);
      const outputs = toSdkOutputs(body);
      const inputs = body.inputs.map((input, inputIndex) => {
        const source = spent[inputIndex];
        if (source === undefined) throw new RangeError(`input ${inputIndex} has no source`);
        const preimage = TransactionSignature.formatBytes({
          sourceTXID: input.txid,
          sourceOutputIndex: input.vout,
          sourceSatoshis: source.satoshis,
          transactionVersion: body.version,
          otherInputs: others.filter((_, index) => index !== inputIndex),
          outputs,
          inputIndex,
          subscript: lockOf(source.script),
          inputSequence: input.sequence,
          lockTime: body.lockTime,
          scope: SCOPE,
        });
        const { r, s } = key.sign(Hash.sha256([...preimage]));
        const signature = new TransactionSignature(r, s, SCOPE).toChecksigFormat();
        const unlock = concatBytes([push(Uint8Array.from(signature)), push(publicKey)]);
        return { ...input, script: unlock };
      });
      return encodeTx({ ...body, inputs });
    },
  };
};
