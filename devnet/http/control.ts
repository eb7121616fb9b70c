import { P2PKH } from '@bsv/sdk';
import { subsidyAt } from '../ledger/block.ts';
import { bytesOf, hexOf } from '../ledger/bytes.ts';
import { MAX_GIFT, type Faucet } from '../ledger/faucet.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { TxRecord } from '../ledger/records.ts';
import { isCoinbase } from '../ledger/transaction.ts';
import type { Faults } from './faults.ts';
import { HttpError, json, objectOf, wholeOf, type Reply, type Route } from './router.ts';

const MAX_BLOCKS = 1_000;
const MAX_DEPTH = 100;
/** Ten years: enough for every lock time, and header times stay within their 32 bits. */
const MAX_ADVANCE_SECONDS = 315_360_000;
const MAX_RATE = 1_000_000;
const MAX_FAUCET_SCRIPT_BYTES = 10_000;

/** One transaction for an independent audit of who paid whom. */
const auditOf = (ledger: Ledger, { tx, block }: TxRecord) => ({
  txid: tx.txid,
  rawTx: hexOf(tx.raw),
  inputs: isCoinbase(tx)
    ? []
    : tx.inputs.map(({ txid, vout }) => {
        const source = ledger.record(txid)?.tx.outputs[vout];
        return { satoshis: source?.satoshis, lockingScript: source && hexOf(source.script) };
      }),
  status: block === undefined ? 'SEEN_ON_NETWORK' : 'MINED',
  blockHeight: block?.block.height ?? null,
});

const scriptFor = (from: Record<string, unknown>): Uint8Array => {
  const { lockingScript, address } = from;
  try {
    if (typeof lockingScript === 'string') {
      const script = bytesOf(lockingScript);
      if (script.length > 0 && script.length <= MAX_FAUCET_SCRIPT_BYTES) return script;
    } else if (typeof address === 'string') {
      return Uint8Array.from(new P2PKH().lock(address).toBinary());
    }
  } catch {
    throw new HttpError(400, 'neither a locking script in hex nor an address');
  }
  throw new HttpError(400, 'give lockingScript (hex) or address');
};

/** Controls that only a local network has; blocks are mined through `mine`. */
export const controlRoutes = (
  ledger: Ledger,
  faucet: Faucet,
  faults: Faults,
  mine: (blocks: number) => void,
): Route[] => {
  const state = () => ({
    height: ledger.chain.height(),
    bestBlockHash: ledger.chain.tip()?.hash ?? '',
    medianTime: ledger.chain.medianTime(),
    now: ledger.now(),
    mempool: ledger.mempool().length,
    utxos: ledger.coins.count(),
    utxoSatoshis: ledger.coins.total(),
    supplySatoshis: supply(),
    mempoolFees: ledger.mempool().reduce((sum, { fee }) => sum + fee, 0),
    satoshisPerKb: ledger.satPerKb(),
  });

  /** All coins that block rewards created, without the fees they collected. */
  const supply = (): number => {
    let sum = 0;
    for (let height = 0; height <= ledger.chain.height(); height += 1) sum += subsidyAt(height);
    return sum;
  };

  const give = (body: Uint8Array): Reply => {
    const from = objectOf(body);
    const satoshis = wholeOf(from, 'satoshis', 1, MAX_GIFT);
    const script = scriptFor(from);
    try {
      return json(faucet.give(script, satoshis));
    } catch (error) {
      throw new HttpError(409, error instanceof Error ? error.message : String(error));
    }
  };

  const reorg = (body: Uint8Array): Reply => {
    const from = objectOf(body);
    const evict: unknown[] = Array.isArray(from['evict']) ? from['evict'] : [];
    ledger.reorg(
      wholeOf(from, 'depth', 1, MAX_DEPTH, 1),
      evict.filter((txid) => typeof txid === 'string'),
    );
    return json(state());
  };

  const advance = (body: Uint8Array): Reply => {
    const from = objectOf(body);
    ledger.advance(wholeOf(from, 'advanceSeconds', 0, MAX_ADVANCE_SECONDS));
    // Six of eleven blocks decide the median.
    if (from['mine'] === true) {
      const target = Math.floor(ledger.now() / 1000);
      while (ledger.chain.medianTime() < target) mine(1);
    }
    return json(state());
  };

  const post = (name: string, handle: (body: Uint8Array) => Reply): Route => ({
    method: 'POST',
    path: new RegExp(`^/devnet/${name}$`),
    handle: ({ body }) => handle(body),
  });

  return [
    post('faucet', give),
    post('mine', (body) => {
      mine(wholeOf(objectOf(body), 'blocks', 1, MAX_BLOCKS, 1));
      return json(state());
    }),
    post('reorg', reorg),
    post('clock', advance),
    post('policy', (body) => {
      ledger.setSatPerKb(wholeOf(objectOf(body), 'satoshisPerKb', 0, MAX_RATE));
      return json(state());
    }),
    post('faults', (body) => {
      faults.set(body);
      return json(faults.list());
    }),
    { method: 'GET', path: /^\/devnet\/faults$/, handle: () => json(faults.list()) },
    { method: 'GET', path: /^\/devnet(\/state)?$/, handle: () => json(state()) },
    {
      method: 'GET',
      path: /^\/devnet\/txs$/,
      handle: () => json(ledger.records().map((record) => auditOf(ledger, record))),
    },
  ];
};
