import { Transaction } from '@bsv/sdk';
import type { Chain } from '../../network/port.ts';
import { txId } from '../../shared/units.ts';
import { isSpend, type Coin } from '../coin-spend.ts';
import type { Toolbox } from './toolbox.ts';

/**
 * Whether the chain shows a transaction that spends `coin`. The look-up service's word is not
 * enough, as a lie would make us forget money: it must show one that our own key has signed.
 */
const isSpent = async (chain: Chain, coin: Coin): Promise<boolean> => {
  const spender = await chain.spentBy(txId(coin.txid), coin.vout);
  if (!spender.ok || spender.value === null) return false;
  const raw = await chain.rawTx(spender.value.txid);
  if (!raw.ok) return false;
  try {
    return isSpend(Transaction.fromBinary(raw.value), spender.value.vin, coin);
  } catch {
    return false;
  }
};

/**
 * Drops coins that are spent without this wallet knowing, by a copy of it for instance. The
 * toolbox's own review skips coins that were taken in rather than made here.
 */
export const releaseSpentCoins = async (
  { storage, userId, changeBasketId }: Toolbox,
  chain: Chain,
): Promise<void> => {
  const held = await storage.findOutputs({
    partial: { userId, basketId: changeBasketId, spendable: true },
  });
  for (const output of held) {
    await storage.validateOutputScript(output);
    const { outputId, txid, vout, satoshis, lockingScript } = output;
    if (txid === undefined || lockingScript === undefined) continue;
    const spent = await isSpent(chain, { txid, vout, satoshis, lockingScript });
    if (spent) await storage.updateOutput(outputId, { spendable: false });
  }
};
