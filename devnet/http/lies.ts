import { problem } from './arc-problem.ts';
import { json, type Reply, type Request } from './router.ts';
import { parsePayload, payloadsOf } from './submission.ts';

type Incoming = Omit<Request, 'params'>;

const idsOf = (request: Incoming): string[] =>
  payloadsOf(request.headers['content-type'] ?? '', request.body)
    .flatMap(parsePayload)
    .flatMap((item) => {
      if (item.kind === 'tx') return [item.tx.txid];
      return item.kind === 'beef' ? [item.beef.subject] : [];
    });

/** An id that nothing has. */
const NOTHING = 'f'.repeat(64);

const answerTo = (txid: string, txStatus: string, extraInfo: string) => ({
  timestamp: new Date(0).toISOString(),
  blockHash: '',
  blockHeight: 0,
  txid,
  merklePath: '',
  txStatus,
  extraInfo,
  competingTxs: null,
  status: 200,
  title: 'OK',
});

/** Broadcasts answered without handing the transaction on. */
const broadcast = (request: Incoming, txStatus: string, extraInfo: string): Reply => {
  const answers = idsOf(request).map((txid) => answerTo(txid, txStatus, extraInfo));
  return json(request.path === '/v1/txs' ? answers : answers[0]);
};

const flipped = (hash: unknown): string =>
  typeof hash === 'string' ? [...hash].reverse().join('') : NOTHING;

/** The opposite of an honest answer to a look-up, in the same shape. */
const twist = (path: string, honest: Reply): Reply => {
  const told = honest.json;
  if (/\/spent$/.test(path)) {
    return honest.status === 404
      ? json({ txid: NOTHING, vin: 0, status: 'confirmed' })
      : problem(404, 'not found');
  }
  if (typeof told !== 'object' || told === null) return honest;
  if (/\/v1\/policy$/.test(path) && 'policy' in told && typeof told.policy === 'object') {
    return json({ ...told, policy: { ...told.policy, miningFee: { satoshis: 1, bytes: 1000 } } });
  }
  if (/^\/v1\/tx\/[0-9a-f]{64}$/.test(path)) {
    return json({ ...told, txStatus: 'MINED', blockHash: NOTHING, blockHeight: 1, merklePath: '' });
  }
  if ('merkleroot' in told) return json({ ...told, merkleroot: flipped(told.merkleroot) });
  if ('blocks' in told && typeof told.blocks === 'number') {
    return json({ ...told, blocks: told.blocks + 1_000, bestblockhash: NOTHING });
  }
  if ('result' in told) {
    return json({ ...told, result: [{ tx_hash: NOTHING, tx_pos: 0, value: 100_000, height: 1 }] });
  }
  return honest;
};

/**
 * What a service says that turns everything down (`reject`) or tells falsehoods (`lie`): broadcasts
 * are praised and thrown away, look-ups are answered with the opposite of the truth.
 */
export const lieAbout = async (
  mode: 'reject' | 'lie',
  request: Incoming,
  answer: () => Promise<Reply>,
): Promise<Reply> => {
  if (request.method === 'POST' && /^\/v1\/txs?$/.test(request.path)) {
    return mode === 'reject'
      ? broadcast(request, 'REJECTED', 'switched to reject')
      : broadcast(request, 'SEEN_ON_NETWORK', '');
  }
  if (mode === 'reject') return problem(409, 'switched to reject');
  return twist(request.path, await answer());
};
