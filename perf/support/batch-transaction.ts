import { P2PKH, PrivateKey, Transaction } from '@bsv/sdk';

/**
 * Bytes of the smallest payment there is: one input, the payee's output, change. What a system sends
 * that puts a transaction on the chain for each batch; built and signed, not assumed.
 */
export const batchTransactionBytes = async (): Promise<number> => {
  const key = new PrivateKey(1);
  const script = new P2PKH().lock(key.toAddress());
  const source = new Transaction();
  source.addOutput({ lockingScript: script, satoshis: 10_000 });
  const tx = new Transaction();
  tx.addInput({
    sourceTransaction: source,
    sourceOutputIndex: 0,
    unlockingScriptTemplate: new P2PKH().unlock(key),
  });
  tx.addOutput({ lockingScript: script, satoshis: 850 });
  tx.addOutput({ lockingScript: script, satoshis: 9_000 });
  await tx.sign();
  return tx.toBinary().length;
};
