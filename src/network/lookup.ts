import { Beef, Hash } from '@bsv/sdk';
import { fromHex, toHex } from '../shared/hex.ts';
import { isBeef, isTransaction } from '../shared/transaction-bytes.ts';
import { fail, failureOf, ok, type Result } from '../shared/result.ts';
import { satoshi, txId, type TxId } from '../shared/units.ts';
import type { Breaker } from './breaker.ts';
import { decodeHeader, type Header } from './header.ts';
import type { Http, HttpAnswer } from './http.ts';
import { MAX_BEEF_HEX, MAX_JSON_BYTES, MAX_UTXOS } from './limits.ts';
import type { Chain, Utxo } from './port.ts';

/** The newest block, as the look-up service tells it. */
export interface Tip {
  readonly height: number;
  /** Unix seconds. */
  readonly medianTime: number;
}

export interface Lookup extends Pick<Chain, 'spentBy' | 'rawTx' | 'beef' | 'utxos'> {
  tip(): Promise<Result<Tip>>;
  headerAt(height: number): Promise<Result<Header>>;
  headerOf(hash: string): Promise<Result<Header>>;
}

const nonsense = fail('network', 'The look-up service answered with something unreadable.');

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value < 2 ** 32;

const record = (json: unknown): Record<string, unknown> =>
  typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {};

/** Hash by which the service names a locking script: SHA-256, byte-reversed hex. */
export const scriptHash = (lockingScript: Uint8Array): string =>
  toHex(Uint8Array.from(Hash.sha256([...lockingScript])).reverse());

const decodeUtxos = (json: unknown): Result<readonly Utxo[]> => {
  const { result } = record(json);
  if (!Array.isArray(result)) return nonsense;
  try {
    const utxos = result.slice(0, MAX_UTXOS).flatMap((item: unknown) => {
      const { tx_hash: txid, tx_pos: vout, value, height, isSpentInMempoolTx } = record(item);
      if (typeof txid !== 'string' || typeof value !== 'number' || !isCount(vout)) {
        throw new TypeError('not an unspent output');
      }
      if (isSpentInMempoolTx === true) return [];
      const mined = isCount(height) ? height : 0;
      return [{ txid: txId(txid), vout, satoshis: satoshi(value), height: mined }];
    });
    return ok(utxos);
  } catch {
    return nonsense;
  }
};

/** Client of a WhatsOnChain-shaped look-up API below `url`. */
export const createLookup = (tools: {
  readonly url: string;
  readonly http: Http;
  readonly breaker: Breaker;
  /** Easiest target that a block header may have, in compact form. */
  readonly easiest: number;
}): Lookup => {
  /** `read` sees answers of status 200; 404 is `not-found`, everything else an outage. */
  const get = <T>(
    path: string,
    read: (answer: HttpAnswer) => Result<T>,
    maxBytes = MAX_JSON_BYTES,
  ): Promise<Result<T>> =>
    tools.breaker.run(async () => {
      const answer = await tools.http.send({ url: `${tools.url}/${path}`, maxBytes });
      if (!answer.ok) return answer;
      const { status } = answer.value;
      if (status === 404) return fail('not-found', 'The look-up service knows nothing of it.');
      if (status !== 200) return fail('network', `The look-up service answered ${status}.`);
      return read(answer.value);
    });

  const json =
    <T>(decode: (value: unknown) => Result<T>) =>
    (answer: HttpAnswer): Result<T> => {
      const value = answer.json();
      return value.ok ? decode(value.value) : value;
    };

  const hex =
    <T>(decode: (bytes: Uint8Array) => Result<T>) =>
    (answer: HttpAnswer): Result<T> => {
      try {
        // Some services quote it.
        return decode(fromHex(answer.text.trim().replaceAll('"', '')));
      } catch (error) {
        return { ok: false, error: failureOf(error, 'network') };
      }
    };

  const header = json((value) => decodeHeader(value, tools.easiest));

  return {
    tip: () =>
      get(
        'chain/info',
        json((value) => {
          const { blocks, mediantime } = record(value);
          return isCount(blocks) && isCount(mediantime)
            ? ok({ height: blocks, medianTime: mediantime })
            : nonsense;
        }),
      ),
    headerAt: async (height) => {
      const found = await get(`block/height/${height}`, header);
      return found.ok && found.value.height !== height ? nonsense : found;
    },
    headerOf: async (hash) => {
      const found = await get(`block/${hash}/header`, header);
      return found.ok && found.value.hash !== hash ? nonsense : found;
    },
    spentBy: async (txid, vout) => {
      const found = await get(
        `tx/${txid}/${vout}/spent`,
        json((value) => {
          const { txid: spender, vin } = record(value);
          if (typeof spender !== 'string' || !/^[0-9a-f]{64}$/.test(spender)) return nonsense;
          return isCount(vin) ? ok({ txid: txId(spender), vin }) : nonsense;
        }),
      );
      return !found.ok && found.error.code === 'not-found' ? ok(null) : found;
    },
    rawTx: (txid: TxId) =>
      get(
        `tx/${txid}/hex`,
        hex((bytes) => {
          if (!isTransaction(bytes)) return nonsense;
          const id = toHex(Uint8Array.from(Hash.hash256([...bytes])).reverse());
          return id === txid ? ok(bytes) : nonsense;
        }),
        MAX_BEEF_HEX,
      ),
    beef: (txid) =>
      get(
        `tx/${txid}/beef`,
        hex((bytes) => {
          if (!isBeef(bytes)) return nonsense;
          const beef = Beef.fromBinary(bytes);
          // An entry may be a bare id, which proves nothing.
          return beef.findTxid(txid)?.tx === undefined
            ? nonsense
            : ok(beef.toUint8ArrayAtomic(txid));
        }),
        MAX_BEEF_HEX,
      ),
    utxos: async (lockingScript) => {
      const found = await get(`script/${scriptHash(lockingScript)}/unspent/all`, json(decodeUtxos));
      return !found.ok && found.error.code === 'not-found' ? ok([]) : found;
    },
  };
};
