import type { Tx } from '../ledger/transaction.ts';
import type { BeefParts } from '../ledger/beef.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { MAX_SCRIPT_BYTES, MAX_SIGOPS, MAX_TX_BYTES, feeFor } from '../ledger/policy.ts';
import type { TxStatus } from '../ledger/status.ts';
import { problem, problemOf, type Problem } from './arc-problem.ts';
import { HttpError, json, type Reply, type Request, type Route } from './router.ts';
import { parsePayload, payloadsOf, type Submitted } from './submission.ts';

/** What ARC answers about a transaction it knows. */
export const statusBody = (ledger: Ledger, status: TxStatus) => ({
  timestamp: new Date(ledger.now()).toISOString(),
  blockHash: status.blockHash,
  blockHeight: status.blockHeight,
  txid: status.txid,
  merklePath: status.merklePath,
  txStatus: status.state,
  extraInfo: status.extraInfo,
  competingTxs: status.competingTxs.length === 0 ? null : status.competingTxs,
});

type Answer = (ReturnType<typeof statusBody> & { status: 200; title: 'OK' }) | Problem;

const isOn = (request: Request, header: string): boolean => request.headers[header] === 'true';

/** Whether unmined ancestors and `tx` together pay for their bytes at today's rate. */
const paysForAncestors = (ledger: Ledger, tx: Tx): boolean => {
  let due = 0;
  let paid = 0;
  const pending = [tx.txid];
  const seen = new Set<string>();
  for (let txid = pending.pop(); txid !== undefined; txid = pending.pop()) {
    const record = ledger.record(txid);
    if (record === undefined || record.block !== undefined || seen.has(txid)) continue;
    seen.add(txid);
    due += feeFor(record.tx.raw.length, ledger.satPerKb());
    paid += record.fee;
    for (const input of record.tx.inputs) pending.push(input.txid);
  }
  return paid >= due;
};

/** Routes of the ARC API (version 1) on top of a ledger. */
export const arcRoutes = (ledger: Ledger): Route[] => {
  const submitTx = (tx: Tx, cumulative: boolean): Answer => {
    if (cumulative) {
      const starved = tx.inputs.some(({ txid }) => {
        const parent = ledger.record(txid);
        return parent !== undefined && !paysForAncestors(ledger, parent.tx);
      });
      if (starved) return problemOf(473, 'unmined ancestors paid too little', tx.txid);
    }
    const answer = ledger.submit(tx);
    if (answer.ok) return { ...statusBody(ledger, answer.status), status: 200, title: 'OK' };
    const { code, reason, competing } = answer.refusal;
    return problemOf(code, `arc error ${code}: ${reason}`, tx.txid, competing);
  };

  /** Proofs must lead to headers of this chain, and every ancestor must be proven or present. */
  const checkBeef = ({ bumps, txs, known, subject }: BeefParts): Problem | undefined => {
    const present = new Set(known.filter((txid) => ledger.record(txid) !== undefined));
    for (const { tx, bump } of txs) {
      if (bump !== undefined) {
        let root: string | undefined;
        try {
          root = bumps[bump]?.computeRoot(tx.txid);
        } catch {
          return problemOf(468, `merkle path does not contain ${tx.txid}`, subject);
        }
        const header = ledger.chain.at(bumps[bump]?.blockHeight ?? -1);
        if (header?.merkleRoot !== root) {
          return problemOf(469, `merkle root of ${tx.txid} is not in the chain`, subject);
        }
      } else if (!tx.inputs.every(({ txid }) => present.has(txid))) {
        return problemOf(475, `an ancestor of ${tx.txid} is missing`, subject);
      }
      present.add(tx.txid);
    }
    return undefined;
  };

  const submitBeef = (beef: BeefParts, cumulative: boolean): Answer[] => {
    const fault = checkBeef(beef);
    if (fault !== undefined) return [fault];
    const unmined = beef.txs.filter(({ bump }) => bump === undefined).map(({ tx }) => tx);
    const sent = unmined.length > 0 ? unmined : beef.txs.slice(-1).map(({ tx }) => tx);
    const answers: Answer[] = [];
    for (const tx of sent) {
      const answer = submitTx(tx, cumulative);
      answers.push(answer);
      if (answer.status !== 200) break;
    }
    return answers;
  };

  const submitOne = (item: Submitted, cumulative: boolean): Answer[] => {
    if (item.kind === 'broken') return [problemOf(463, `error decoding BEEF: ${item.reason}`)];
    if (item.kind === 'beef') return submitBeef(item.beef, cumulative);
    return [submitTx(item.tx, cumulative)];
  };

  const submitAll = (request: Request): Answer[][] => {
    const wait = Number(request.headers['x-maxtimeout'] ?? 5);
    if (!(wait >= 0 && wait <= 30))
      throw new HttpError(400, 'max timeout can not be higher than 30');
    const items = payloadsOf(request.headers['content-type'] ?? '', request.body).flatMap(
      parsePayload,
    );
    if (items.length === 0) throw new HttpError(400, 'no transaction found - empty request body');
    const cumulative = isOn(request, 'x-cumulativefeevalidation');
    return items.map((item) => submitOne(item, cumulative));
  };

  const postOne = (request: Request): Reply => {
    // Of a BEEF, the subject comes last; a refused ancestor ends the list.
    const answer = submitAll(request)[0]?.at(-1);
    return answer === undefined
      ? problem(400, 'no transaction found')
      : json(answer, answer.status);
  };

  return [
    {
      method: 'GET',
      path: /^\/v1\/policy$/,
      handle: () =>
        json({
          timestamp: new Date(ledger.now()).toISOString(),
          policy: {
            maxscriptsizepolicy: MAX_SCRIPT_BYTES,
            maxtxsigopscountspolicy: MAX_SIGOPS,
            maxtxsizepolicy: MAX_TX_BYTES,
            miningFee: { satoshis: ledger.satPerKb(), bytes: 1000 },
            standardFormatSupported: true,
          },
        }),
    },
    {
      method: 'GET',
      path: /^\/v1\/health$/,
      handle: () => json({ healthy: true, version: 'devnet', reason: null }),
    },
    {
      method: 'GET',
      path: /^\/v1\/tx\/([^/]+)$/,
      handle: ({ params }) => {
        const txid = params[0] ?? '';
        const status = ledger.status(txid);
        return status === undefined
          ? problem(404, 'transaction not found', txid)
          : json(statusBody(ledger, status));
      },
    },
    { method: 'POST', path: /^\/v1\/tx$/, handle: postOne },
    { method: 'POST', path: /^\/v1\/txs$/, handle: (request) => json(submitAll(request).flat()) },
  ];
};
