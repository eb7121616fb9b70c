import { Beef, Transaction, Utils } from '@bsv/sdk';
import type { sdk } from '@bsv/wallet-toolbox-client';
import type { Header } from '../../network/header.ts';
import type { Chain } from '../../network/port.ts';
import { unwrap, type Failure } from '../../shared/result.ts';
import { txId, type TxId } from '../../shared/units.ts';

type Services = sdk.WalletServices;
type PostResult = sdk.PostTxResultForTxid;

/** Our services, and what they remember of broadcasts. */
export interface ChainServices extends Services {
  /** Marks a transaction as already accepted, so that the toolbox does not send it again. */
  noteAccepted(txid: TxId): void;
  /** Why the last broadcast of `txid` failed. */
  refusalOf(txid: string): Failure | undefined;
}

const NAME = 'chain';
const FINAL = 0xffffffff;
/** Lock times below this are heights, others Unix seconds. */
const LOCK_TIME_THRESHOLD = 500_000_000;
/** Broadcasts whose outcome is remembered. */
const MAX_REMEMBERED = 1_000;

const toolboxHeader = ({
  height,
  hash,
  version,
  previousHash,
  ...rest
}: Header): sdk.BlockHeader => ({
  height,
  hash,
  version,
  previousHash,
  merkleRoot: rest.merkleRoot,
  time: rest.time,
  bits: rest.bits,
  nonce: rest.nonce,
});

/** Keeps the newest entries of a map. */
const remember = <V>(map: Map<string, V>, key: string, value: V): void => {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= MAX_REMEMBERED) break;
    map.delete(oldest);
  }
};

const noHistory = (): sdk.ServiceCallHistory => ({ serviceName: NAME, historyByProvider: {} });

/** What the toolbox's storage wants to hear about one broadcast. */
const postResult = (txid: string, error: Failure | undefined): PostResult => {
  if (error === undefined) return { txid, status: 'success' };
  const refusal: PostResult = { txid, status: 'error', data: `${error.code}: ${error.message}` };
  switch (error.code) {
    case 'double-spend':
      return { ...refusal, doubleSpend: true };
    case 'rejected':
    case 'fee-too-low':
    case 'bad-input':
      return refusal;
    default:
      // Nobody said no: the toolbox keeps the transaction and sends it again.
      return { ...refusal, serviceError: true };
  }
};

/**
 * The toolbox's view of the chain, over our own client: one broadcaster, one look-up service, our
 * checked headers. Exchange rates and look-ups by script hash are not offered, as nothing asks.
 */
export const createServices = (tools: {
  readonly chain: Chain;
  readonly network: sdk.Chain;
  /** Resolves when all that the wallet has written would survive a power cut. */
  readonly makeDurable: () => Promise<void>;
}): ChainServices => {
  const { chain, network, makeDurable } = tools;
  const accepted = new Map<string, true>();
  const refusals = new Map<string, Failure>();

  const post = async (beef: Beef, txid: string): Promise<PostResult> => {
    if (accepted.has(txid)) return { ...postResult(txid, undefined), alreadyKnown: true };
    const tx = beef.findAtomicTransaction(txid);
    if (tx === undefined) {
      return postResult(txid, {
        code: 'bad-input',
        message: 'The transaction is not in its BEEF.',
      });
    }
    const sent = await chain.broadcast(tx);
    if (sent.ok) {
      remember(accepted, txid, true);
      refusals.delete(txid);
      return postResult(txid, undefined);
    }
    remember(refusals, txid, sent.error);
    return postResult(txid, sent.error);
  };

  const isFinalAt = async (lockTime: number): Promise<boolean> =>
    lockTime < LOCK_TIME_THRESHOLD
      ? lockTime < unwrap(await chain.height()) + 1
      : lockTime <= unwrap(await chain.medianTime());

  const services: ChainServices = {
    chain: network,
    noteAccepted: (txid) => remember(accepted, txid, true),
    refusalOf: (txid) => refusals.get(txid),
    getChainTracker: async () => chain.tracker,
    getHeight: async () => unwrap(await chain.height()),
    getHeaderForHeight: async (height) => [...unwrap(await chain.header(height)).bytes],
    hashToHeader: async (hash) => toolboxHeader(unwrap(await chain.headerOf(hash))),
    getRawTx: async (txid) => {
      const raw = await chain.rawTx(txId(txid));
      return raw.ok ? { txid, name: NAME, rawTx: [...raw.value] } : { txid };
    },
    getMerklePath: async (txid) => {
      const status = await chain.status(txId(txid));
      if (!status.ok || status.value.merklePath === undefined) return { name: NAME };
      const { merklePath } = status.value;
      const header = await chain.header(merklePath.blockHeight);
      return header.ok
        ? { name: NAME, merklePath, header: toolboxHeader(header.value) }
        : { name: NAME };
    },
    postBeef: async (beef, txids) => {
      // The keys of change outputs are named by random numbers that only the database has.
      await makeDurable();
      const txidResults: PostResult[] = [];
      // In order: a later one may spend an earlier one.
      for (const txid of txids) txidResults.push(await post(beef, txid));
      const fine = txidResults.every(({ status }) => status === 'success');
      return [{ name: NAME, status: fine ? 'success' : 'error', txidResults }];
    },
    // Handed back to getUtxoStatus alone, and our look-ups go by the script itself.
    hashOutputScript: (script) => script,
    getStatusForTxids: async (txids) => {
      const height = unwrap(await chain.height());
      const results = await Promise.all(
        txids.map(async (txid): Promise<sdk.StatusForTxidResult> => {
          const status = await chain.status(txId(txid));
          if (!status.ok && status.error.code !== 'not-found') unwrap(status);
          if (!status.ok) return { txid, status: 'unknown', depth: undefined };
          const { status: word, blockHeight } = status.value;
          if (word === 'MINED' && blockHeight !== undefined) {
            return { txid, status: 'mined', depth: Math.max(1, height - blockHeight + 1) };
          }
          const known = word !== 'REJECTED' && word !== 'DOUBLE_SPEND_ATTEMPTED';
          return known
            ? { txid, status: 'known', depth: 0 }
            : { txid, status: 'unknown', depth: undefined };
        }),
      );
      return { name: NAME, status: 'success', results };
    },
    isUtxo: async ({ txid, vout, lockingScript }) => {
      if (lockingScript === undefined) throw new TypeError('an output needs its locking script');
      // A service that does not answer must not make a coin look spent: this throws then.
      const utxos = unwrap(await chain.utxos(Uint8Array.from(lockingScript)));
      return utxos.some((utxo) => utxo.txid === txid && utxo.vout === vout);
    },
    getUtxoStatus: async (output, _format, outpoint) => {
      const utxos = await chain.utxos(Uint8Array.from(Utils.toArray(output, 'hex')));
      if (!utxos.ok) return { name: NAME, status: 'error', details: [] };
      const details = utxos.value.map(({ txid, vout, satoshis, height }) => ({
        txid,
        index: vout,
        satoshis,
        height,
      }));
      const isUtxo = details.some(
        ({ txid, index }) => outpoint === undefined || outpoint === `${txid}.${index}`,
      );
      return { name: NAME, status: 'success', isUtxo, details };
    },
    getScriptHashHistory: async () => ({ name: NAME, status: 'error', history: [] }),
    nLockTimeIsFinal: async (given) => {
      if (typeof given === 'number') return isFinalAt(given);
      const tx =
        typeof given === 'string'
          ? Transaction.fromHex(given)
          : Array.isArray(given)
            ? Transaction.fromBinary(given)
            : given;
      const free = tx.inputs.every(({ sequence }) => sequence === undefined || sequence === FINAL);
      return free || tx.lockTime === 0 || isFinalAt(tx.lockTime);
    },
    getBeefForTxid: async (txid) => Beef.fromBinary(unwrap(await chain.beef(txId(txid)))),
    getBsvExchangeRate: async () => {
      throw new Error('exchange rates are not offered');
    },
    getFiatExchangeRate: async () => {
      throw new Error('exchange rates are not offered');
    },
    getServicesCallHistory: () => ({
      version: 2,
      getMerklePath: noHistory(),
      getRawTx: noHistory(),
      postBeef: noHistory(),
      getUtxoStatus: noHistory(),
      getStatusForTxids: noHistory(),
      getScriptHashHistory: noHistory(),
      updateFiatExchangeRates: noHistory(),
    }),
  };
  return services;
};
