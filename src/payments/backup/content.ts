import type { Network } from '../../shared/config.ts';
import type { LedgerCopy } from '../../shared/ports/ledger.ts';
import type { BackupSummary } from '../../shared/ports/payments.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { identityKey, satoshi, type IdentityKey, type Satoshi } from '../../shared/units.ts';
import { createNodeKeys, KEY_BYTES, rootKeyOf } from '../wallet/keys.ts';
import type { WalletRow, WalletRows } from '../wallet/port.ts';
import { WALLET_STORES } from '../wallet/rows.ts';
import { bytesOf, fieldsOf, listOf, oneOf, textOf, wholeOf, type Fields } from './decode.ts';
import { pack, unpack } from './pack.ts';
import { ledgerCopyOf } from './records.ts';

const VERSION = 1;
const NETWORKS = ['main', 'test', 'devnet'] as const satisfies readonly Network[];
const MOST_ROWS = 1_000_000;
const LONGEST_FIELD = 4 * 1024 * 1024;
const LAST_MS = 8.64e15;

/** What a backup holds. */
export interface BackupContent {
  readonly network: Network;
  readonly identity: IdentityKey;
  /** Ms since the epoch. */
  readonly madeAt: number;
  readonly rootKey: Uint8Array;
  /** What the wallet could spend then. */
  readonly available: Satoshi;
  readonly wallet: WalletRows;
  readonly ledger: LedgerCopy;
  /** What the user had set; checked when it is loaded. */
  readonly settings: Fields;
}

const isScalar = (value: unknown): boolean =>
  typeof value === 'boolean' ||
  (typeof value === 'number' && Number.isFinite(value)) ||
  (typeof value === 'string' && value.length <= LONGEST_FIELD) ||
  (value instanceof Uint8Array && value.length <= LONGEST_FIELD) ||
  (value instanceof Date && Math.abs(value.getTime()) <= LAST_MS);

const rowOf = (value: unknown): WalletRow => {
  const row = fieldsOf(value);
  if (!Object.values(row).every(isScalar)) throw new RangeError('a wallet row is not flat');
  return row as WalletRow;
};

const walletOf = (value: unknown, identity: IdentityKey): WalletRows => {
  const { schema, stores } = fieldsOf(value);
  const given = fieldsOf(stores);
  const rows: WalletRows = {
    schema: wholeOf(schema),
    stores: Object.fromEntries(
      WALLET_STORES.map((name) => [name, listOf(given[name], MOST_ROWS, rowOf)]),
    ),
  };
  const users = rows.stores['users'] ?? [];
  if (users.length !== 1 || users[0]?.['identityKey'] !== identity) {
    throw new RangeError('the wallet is of another identity');
  }
  return rows;
};

const contentOf = (value: unknown): BackupContent => {
  const one = fieldsOf(value);
  if (one['version'] !== VERSION) throw new RangeError('unknown version');
  const rootKey = bytesOf(one['rootKey'], KEY_BYTES, KEY_BYTES);
  const identity = identityKey(textOf(one['identity'], 66));
  if (createNodeKeys(rootKeyOf(rootKey)).identity !== identity) {
    throw new RangeError('the key is of another identity');
  }
  return {
    network: oneOf(one['network'], NETWORKS),
    identity,
    madeAt: wholeOf(one['madeAt'], LAST_MS),
    rootKey,
    available: satoshi(wholeOf(one['available'])),
    wallet: walletOf(one['wallet'], identity),
    ledger: ledgerCopyOf(one['ledger']),
    settings: fieldsOf(one['settings']),
  };
};

export const encodeContent = (content: BackupContent): Promise<Uint8Array<ArrayBuffer>> =>
  pack({ version: VERSION, ...content });

/** @returns `bad-input` unless every field is as {@link encodeContent} writes it. */
export const decodeContent = async (packed: Uint8Array): Promise<Result<BackupContent>> => {
  try {
    return ok(contentOf(await unpack(packed)));
  } catch {
    return fail('bad-input', 'The backup holds something unreadable. Nothing was changed.');
  }
};

export const summaryOf = (content: BackupContent): BackupSummary => {
  const { identity, network, madeAt, available, ledger } = content;
  const live = ledger.channels.filter(({ status }) => status === 'open' || status === 'closing');
  const locked = live.reduce(
    (sum, { role, capacity }) => sum + (role === 'payer' ? capacity : 0),
    0,
  );
  return {
    identity,
    network,
    madeAt,
    available,
    locked: satoshi(locked),
    openChannels: live.length,
    channels: ledger.channels.length,
  };
};
