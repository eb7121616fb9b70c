import { Transaction } from '@bsv/sdk';
import type { Chain } from '../../network/port.ts';
import type { Clock } from '../../shared/clock.ts';
import { txId, type TxId } from '../../shared/units.ts';
import type { Toolbox } from './toolbox.ts';

type WalletTransaction = Awaited<ReturnType<Toolbox['storage']['findTransactions']>>[number];

/** Failed transactions that are asked about in one round, newest first. */
const PER_ROUND = 20;
/** Nobody holds on longer to what was refused: a channel and its refund time are over by then. */
const OLDEST_MS = 8 * 86_400_000;
/** Statuses of ARC for a transaction that the network holds. */
const HELD = new Set(['SEEN_ON_NETWORK', 'MINED']);

const failedOnes = (
  { storage, userId }: Toolbox,
  more: { readonly txid?: TxId } = {},
): Promise<WalletTransaction[]> =>
  storage.findTransactions({ partial: { userId, status: 'failed', ...more }, noRawTx: true });

/**
 * Makes a failed transaction count again: its coins are spent, its outputs are ours. The toolbox leaves
 * the outputs of what fails as they are, so they need nothing.
 */
const revive = async (
  { storage, userId }: Toolbox,
  { transactionId, txid }: WalletTransaction,
): Promise<void> => {
  if (txid === undefined) return;
  const [request] = await storage.findProvenTxReqs({ partial: { txid } });
  const inputs = request === undefined ? [] : Transaction.fromBinary([...request.rawTx]).inputs;
  for (const { sourceTXID, sourceOutputIndex: vout } of inputs) {
    if (sourceTXID === undefined) continue;
    const partial = { userId, txid: sourceTXID, vout };
    for (const { outputId } of await storage.findOutputs({ partial, noScript: true })) {
      await storage.updateOutput(outputId, { spendable: false, spentBy: transactionId });
    }
  }
  await storage.updateTransaction(transactionId, { status: 'unproven' });
  if (request !== undefined) {
    await storage.updateProvenTxReq(request.provenTxReqId, { status: 'unmined', attempts: 0 });
  }
};

/** Revives this transaction, which the network has taken just now, if it had failed before. */
export const reviveNow = async (toolbox: Toolbox, txid: TxId): Promise<void> => {
  for (const transaction of await failedOnes(toolbox, { txid })) await revive(toolbox, transaction);
};

/**
 * Looks for transactions that were refused and that the network holds after all: a service was wrong
 * about them, or a reorganisation has brought them back. Without this their outputs would be lost.
 */
export const reviveHeld = async (
  toolbox: Toolbox,
  chain: Chain,
  clock: Pick<Clock, 'now'>,
): Promise<void> => {
  const youngest = clock.now() - OLDEST_MS;
  const failed = await failedOnes(toolbox);
  const recent = failed.filter(({ created_at: at }) => at.getTime() > youngest);
  for (const transaction of recent.slice(-PER_ROUND)) {
    if (transaction.txid === undefined) continue;
    const status = await chain.status(txId(transaction.txid));
    if (status.ok && HELD.has(status.value.status)) await revive(toolbox, transaction);
  }
};
