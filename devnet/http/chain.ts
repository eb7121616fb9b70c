import { BITS, BLOCK_VERSION, type Block } from '../ledger/block.ts';
import { encodeBeef } from '../ledger/beef.ts';
import { hexOf } from '../ledger/bytes.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { proofNodes } from '../ledger/merkle.ts';
import type { TxRecord } from '../ledger/records.ts';
import { isCoinbase, outpoint } from '../ledger/transaction.ts';
import { HttpError, json, objectOf, text, type Reply, type Route } from './router.ts';

/** Headers in one listing. */
const RECENT_HEADERS = 10;
const MAX_BULK = 20;
const MAX_BLOCK_TXIDS = 100;
/** Each block adds the same work at the easiest target: two tries. */
const WORK_PER_BLOCK = 2;

const missing = (): never => {
  throw new HttpError(404, 'not found');
};

/** Header as the look-up service words it. */
const headerBody = (ledger: Ledger, block: Block) => ({
  hash: block.hash,
  confirmations: ledger.chain.height() - block.height + 1,
  height: block.height,
  version: BLOCK_VERSION,
  versionHex: BLOCK_VERSION.toString(16),
  merkleroot: block.merkleRoot,
  time: block.time,
  mediantime: ledger.chain.medianTime(block.height),
  nonce: block.nonce,
  bits: BITS.toString(16),
  difficulty: 4.656542373906925e-10,
  chainwork: ((block.height + 1) * WORK_PER_BLOCK).toString(16).padStart(64, '0'),
  previousblockhash: block.height === 0 ? '' : block.previous,
  nextblockhash: ledger.chain.at(block.height + 1)?.hash ?? '',
  num_tx: block.txids.length,
});

const blockBody = (ledger: Ledger, block: Block) => ({
  ...headerBody(ledger, block),
  size: 80 + block.txids.reduce((sum, id) => sum + (ledger.record(id)?.tx.raw.length ?? 0), 0),
  txcount: block.txids.length,
  // The service shows no more on its first page.
  tx: block.txids.slice(0, MAX_BLOCK_TXIDS),
});

const placeBody = (ledger: Ledger, record: TxRecord) => {
  if (record.block === undefined) return {};
  const { block } = record.block;
  return {
    blockhash: block.hash,
    blockheight: block.height,
    blocktime: block.time,
    confirmations: ledger.chain.height() - block.height + 1,
  };
};

const COIN = 100_000_000;

const txBody = (ledger: Ledger, record: TxRecord) => {
  const { tx } = record;
  return {
    txid: tx.txid,
    hash: tx.txid,
    version: tx.version,
    size: tx.raw.length,
    locktime: tx.lockTime,
    vin: tx.inputs.map((input) => ({
      ...(isCoinbase(tx) ? { coinbase: hexOf(input.script) } : { txid: input.txid }),
      vout: input.vout,
      scriptSig: { hex: hexOf(input.script) },
      sequence: input.sequence,
    })),
    vout: tx.outputs.map((output, n) => ({
      value: output.satoshis / COIN,
      n,
      scriptPubKey: { hex: hexOf(output.script) },
    })),
    confirmations: 0,
    ...placeBody(ledger, record),
  };
};

/** Look-ups in the shape of WhatsOnChain's public API, which production uses. */
export const chainRoutes = (ledger: Ledger): Route[] => {
  const get = (
    path: string,
    handle: (params: readonly string[], query: URLSearchParams) => Reply,
  ): Route => ({
    method: 'GET',
    path: new RegExp(`^/v1/bsv/devnet/${path}$`),
    handle: ({ params, query }) => handle(params, query),
  });
  const TXID = '([0-9a-f]{64})';
  const recordOf = (txid = ''): TxRecord => ledger.record(txid) ?? missing();
  const blockOf = (name = ''): Block =>
    (/^\d{1,9}$/.test(name) ? ledger.chain.at(Number(name)) : ledger.chain.find(name)) ?? missing();

  const headers = (count: number): Block[] =>
    Array.from({ length: count }, (_, back) =>
      ledger.chain.at(ledger.chain.height() - back),
    ).flatMap((block) => block ?? []);

  const chainInfo = () => {
    const tip = ledger.chain.tip() ?? missing();
    return {
      chain: 'devnet',
      blocks: tip.height,
      headers: tip.height,
      bestblockhash: tip.hash,
      difficulty: 4.656542373906925e-10,
      mediantime: ledger.chain.medianTime(),
      verificationprogress: 1,
      pruned: false,
      chainwork: headerBody(ledger, tip).chainwork,
    };
  };

  const spentBody = (txid: string, vout: number) => {
    const record = recordOf(txid);
    if (record.tx.outputs[vout] === undefined) missing();
    const spender = ledger.coins.spender(outpoint(txid, vout)) ?? missing();
    const mined = ledger.record(spender.txid)?.block !== undefined;
    return { ...spender, status: mined ? 'confirmed' : 'unconfirmed' };
  };

  const unspent = (script: string, which: 'all' | 'confirmed' | 'unconfirmed'): Reply => {
    const result = ledger.coins.byScript(script).flatMap((coin) => {
      const height = ledger.record(coin.txid)?.block?.block.height;
      const status = height === undefined ? 'unconfirmed' : 'confirmed';
      if (which !== 'all' && which !== status) return [];
      return {
        height: height ?? 0,
        tx_pos: coin.vout,
        tx_hash: coin.txid,
        value: coin.satoshis,
        isSpentInMempoolTx: false,
        status,
      };
    });
    return json({ script, result, error: '' });
  };

  const proof = (txid = ''): Reply => {
    const { block: place } = recordOf(txid);
    // What is not mined has no proof yet, which is not an error.
    if (place === undefined) return json(null);
    const { block, index } = place;
    return json([
      { index, txOrId: txid, target: block.hash, nodes: proofNodes(block.tree, index) },
    ]);
  };

  const statuses = (body: Uint8Array): Reply => {
    const { txids } = objectOf(body);
    if (!Array.isArray(txids) || txids.length > MAX_BULK) {
      throw new HttpError(400, `txids must be a list of at most ${MAX_BULK}`);
    }
    return json(
      txids.map((txid: unknown) => {
        const record = typeof txid === 'string' ? ledger.record(txid) : undefined;
        return record === undefined
          ? { txid, error: 'unknown' }
          : { txid, ...placeBody(ledger, record) };
      }),
    );
  };

  return [
    get('woc', () => text("What's On Chain")),
    get('chain/info', () => json(chainInfo())),
    get('block/height/(\\d+)', ([name]) => json(blockBody(ledger, blockOf(name)))),
    get('block/hash/([0-9a-f]{64})', ([name]) => json(blockBody(ledger, blockOf(name)))),
    get('block/([0-9a-f]{64}|\\d+)/header', ([name]) => json(headerBody(ledger, blockOf(name)))),
    get('block/headers', () => json(headers(RECENT_HEADERS).map((b) => headerBody(ledger, b)))),
    get('block/headers/latest', (_, query) => {
      const count = Math.min(Math.max(Number(query.get('count') ?? 1) || 1, 1), 2_000);
      return text(
        headers(count)
          .map(({ header }) => hexOf(header))
          .join(''),
      );
    }),
    get(`tx/${TXID}/hex`, ([txid]) => text(hexOf(recordOf(txid).tx.raw))),
    get(`tx/${TXID}/beef`, ([txid = '']) => text(hexOf(encodeBeef(ledger, txid) ?? missing()))),
    get(`tx/hash/${TXID}`, ([txid]) => json(txBody(ledger, recordOf(txid)))),
    get(`tx/${TXID}/proof/tsc`, ([txid]) => proof(txid)),
    get(`tx/${TXID}/(\\d+)/spent`, ([txid = '', vout]) => json(spentBody(txid, Number(vout)))),
    get('script/([0-9a-f]{64})/unspent/all', ([hash = '']) => unspent(hash, 'all')),
    get('script/([0-9a-f]{64})/confirmed/unspent', ([hash = '']) => unspent(hash, 'confirmed')),
    get('script/([0-9a-f]{64})/unconfirmed/unspent', ([hash = '']) => unspent(hash, 'unconfirmed')),
    {
      method: 'POST',
      path: /^\/v1\/bsv\/devnet\/txs\/status$/,
      handle: ({ body }) => statuses(body),
    },
  ];
};
