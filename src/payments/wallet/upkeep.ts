import { Transaction } from '@bsv/sdk';
import type { Chain } from '../../network/port.ts';
import { proofOf, type Proof } from '../../network/proof.ts';
import type { Clock } from '../../shared/clock.ts';
import { txId } from '../../shared/units.ts';
import { reviveHeld } from './revival.ts';
import { releaseSpentCoins } from './spent-coins.ts';
import type { Toolbox } from './toolbox.ts';

type ProvenTxReq = Awaited<ReturnType<Toolbox['storage']['findProvenTxReqs']>>[number];
type ProvenTx = Awaited<ReturnType<Toolbox['storage']['findProvenTxs']>>[number];

/** Transactions looked after in one round, so that a round stays short. */
const PER_ROUND = 50;
/** Proofs this near to the tip are checked again: their block may have lost. */
const RECHECK_DEPTH = 10;

/** A proof as the toolbox's tables hold it. */
const rowOf = ({ header, merklePath, index }: Proof) => ({
  height: header.height,
  index,
  blockHash: header.hash,
  merklePath: merklePath.toBinary(),
  merkleRoot: header.merkleRoot,
});

/**
 * Frees the coins of transactions that were never finished: the worker died while it made them. To
 * be called before the wallet is used, as nothing can be under way then.
 */
export const freeAbandoned = async ({ storage, userId }: Toolbox): Promise<void> => {
  const unfinished = await storage.findTransactions({
    partial: { userId, status: 'unsigned' },
    noRawTx: true,
  });
  await storage.updateTransactionsStatus(
    unfinished.map(({ transactionId }) => transactionId),
    'failed',
  );
};

/** Sends what was signed and stored, and not surely received. */
const resend = async ({ wallet, storage }: Toolbox): Promise<void> => {
  const waiting = await storage.findProvenTxReqs({
    partial: {},
    status: ['unprocessed', 'unsent', 'sending'],
    paged: { limit: PER_ROUND, offset: 0 },
  });
  for (const { txid } of waiting) {
    try {
      await wallet.createAction({
        description: 'Send again',
        options: { sendWith: [txid], acceptDelayedBroadcast: false },
      });
    } catch {
      // The wallet has noted how it went; the next round tries again what can still succeed.
    }
  }
};

const noteProof = async (
  { storage }: Toolbox,
  { provenTxReqId, status, txid, attempts, history }: ProvenTxReq,
  proof: Proof,
): Promise<void> => {
  await storage.updateProvenTxReqWithNewProvenTx({
    provenTxReqId,
    status,
    txid,
    attempts,
    history,
    ...rowOf(proof),
  });
};

/** Whether a transaction spends what will never be: it cannot even be sent. */
const restsOnFailed = async (
  { storage, userId }: Toolbox,
  { rawTx }: ProvenTxReq,
): Promise<boolean> => {
  for (const { sourceTXID: txid } of Transaction.fromBinary([...rawTx]).inputs) {
    if (txid === undefined) continue;
    const partial = { userId, txid, status: 'failed' } as const;
    if ((await storage.findTransactions({ partial, noRawTx: true })).length > 0) return true;
  }
  return false;
};

/**
 * Whether it only brings us something. Sending it is the business of those who made it, or of the
 * outbox, which may have another one for the same channels by now.
 */
const isIncoming = async ({ storage, userId }: Toolbox, txid: string): Promise<boolean> => {
  const [transaction] = await storage.findTransactions({
    partial: { userId, txid },
    noRawTx: true,
  });
  return transaction?.isOutgoing === false;
};

/**
 * What the network once took and has forgotten, or refuses by now. A forgotten transaction is sent
 * again; one that is refused for good gives its coins back.
 */
const rescue = async (toolbox: Toolbox, chain: Chain, request: ProvenTxReq): Promise<void> => {
  const { storage } = toolbox;
  const known = await chain.status(txId(request.txid));
  const lost = !known.ok && known.error.code === 'not-found';
  const refused = known.ok && known.value.status === 'REJECTED';
  // What it spends is gone: no coin until that is back, and looked at again then.
  const orphaned = known.ok && known.value.status === 'SEEN_IN_ORPHAN_MEMPOOL';
  const isGone = orphaned && (await isIncoming(toolbox, request.txid));
  if (!lost && !refused && !isGone) return;
  if (!isGone && !(await restsOnFailed(toolbox, request))) {
    const beef = await storage.getValidBeefForKnownTxid(request.txid);
    const tx = beef.findAtomicTransaction(request.txid);
    if (tx === undefined) return;
    const sent = await chain.broadcast(tx);
    if (sent.ok || sent.error.code === 'network' || sent.error.code === 'timeout') return;
  }
  const { transactionIds = [] } = JSON.parse(request.notify) as { transactionIds?: number[] };
  await storage.updateProvenTxReq(request.provenTxReqId, { status: 'invalid' });
  await storage.updateTransactionsStatus(transactionIds, 'failed');
  await releaseSpentCoins(toolbox, chain);
};

/** Collects proofs of what was mined, so that the BEEFs we send stay short. */
const prove = async (toolbox: Toolbox, chain: Chain): Promise<void> => {
  const unmined = await toolbox.storage.findProvenTxReqs({
    partial: {},
    status: ['unmined', 'callback', 'unknown', 'unconfirmed', 'sending'],
    paged: { limit: PER_ROUND, offset: 0 },
  });
  const troubles: unknown[] = [];
  for (const request of unmined) {
    try {
      const proof = await proofOf(chain, txId(request.txid));
      if (proof !== undefined) await noteProof(toolbox, request, proof);
      else if (request.status !== 'sending') await rescue(toolbox, chain, request);
    } catch (error) {
      // One that cannot be read must not keep the others from their proofs.
      troubles.push(error);
    }
  }
  if (troubles.length > 0) throw new AggregateError(troubles, String(troubles[0]));
};

/** Replaces proofs whose block is no longer on the best chain. */
const recheck = async ({ storage }: Toolbox, chain: Chain, height: number): Promise<void> => {
  const recent: ProvenTx[] = [];
  await storage.filterProvenTxs({ partial: {} }, (proven) => {
    if (proven.height > height - RECHECK_DEPTH) recent.push(proven);
  });
  for (const { provenTxId, txid, height: at, merkleRoot } of recent.slice(-PER_ROUND)) {
    const header = await chain.header(at);
    if (!header.ok && header.error.code !== 'not-found') return;
    if (header.ok && header.value.merkleRoot === merkleRoot) continue;
    const proof = await proofOf(chain, txId(txid));
    if (proof !== undefined) await storage.updateProvenTx(provenTxId, rowOf(proof));
  }
};

/**
 * Upkeep of one opened wallet, a round a call. What the network does not answer is taken up again
 * by the next round; proofs are looked for once a block.
 */
export const createUpkeep = (
  toolbox: Toolbox,
  chain: Chain,
  clock: Pick<Clock, 'now'>,
): (() => Promise<void>) => {
  let provenAt = -1;
  return async () => {
    await resend(toolbox);
    const height = await chain.height();
    if (!height.ok || height.value === provenAt) return;
    await reviveHeld(toolbox, chain, clock);
    await prove(toolbox, chain);
    await recheck(toolbox, chain, height.value);
    provenAt = height.value;
  };
};
