import type { StorageIdb } from '@bsv/wallet-toolbox-client';
import type { Network } from '../../shared/config.ts';
import type { IdentityKey } from '../../shared/units.ts';
import type { WalletRow, WalletRows } from './port.ts';
import { openStorage, type Toolbox } from './toolbox.ts';

/**
 * The toolbox's own tables. It has a sync of its own between storages, which asks for each row again and
 * searches all others for it: minutes for a wallet of some thousand transactions, and not one
 * transaction. Rows as they are take one transaction to read and one to write.
 */
export const WALLET_STORES = [
  'users',
  'output_baskets',
  'proven_txs',
  'proven_tx_reqs',
  'transactions',
  'commissions',
  'outputs',
  'output_tags',
  'output_tags_map',
  'tx_labels',
  'tx_labels_map',
] as const;

const SETTINGS = 'settings';

/** What is used of the database; its published type names the tables otherwise than they are. */
interface RowDatabase {
  readonly version: number;
  readonly objectStoreNames: Iterable<string>;
  transaction(
    stores: readonly string[],
    mode: 'readonly' | 'readwrite',
    options?: { readonly durability: 'strict' },
  ): {
    objectStore(name: string): {
      getAll(): Promise<WalletRow[]>;
      put(row: WalletRow): Promise<unknown>;
      clear(): Promise<void>;
    };
    readonly done: Promise<void>;
  };
}

const databaseOf = async (storage: StorageIdb): Promise<RowDatabase> =>
  (await storage.verifyDB()) as unknown as RowDatabase;

/** Every row of the wallet, of one instant. */
export const readWalletRows = async ({
  storage,
}: Pick<Toolbox, 'storage'>): Promise<WalletRows> => {
  const database = await databaseOf(storage);
  const tx = database.transaction(WALLET_STORES, 'readonly');
  const stores = await Promise.all(
    WALLET_STORES.map(async (name) => [name, await tx.objectStore(name).getAll()] as const),
  );
  return { schema: database.version, stores: Object.fromEntries(stores) };
};

/**
 * Puts these rows in the place of all that the database `name` holds, durably or not at all, and looks
 * whether the toolbox can work with them.
 * @returns the satoshi that this wallet can spend.
 * @throws Error when a row does not fit (nothing is written then), or the toolbox finds no coins' basket.
 */
export const writeWalletRows = async (target: {
  readonly name: string;
  readonly network: Network;
  readonly identity: IdentityKey;
  readonly rows: WalletRows;
}): Promise<number> => {
  const { name, network, identity, rows } = target;
  const storage = await openStorage({ name, network, identity });
  try {
    const database = await databaseOf(storage);
    if (rows.schema !== database.version) {
      throw new Error('The wallet in the backup has a layout that this version does not know.');
    }
    const stores = [...database.objectStoreNames];
    const tx = database.transaction(stores, 'readwrite', { durability: 'strict' });
    tx.done.catch(() => undefined);
    const [settings] = await tx.objectStore(SETTINGS).getAll();
    const work = stores.map((store) => tx.objectStore(store).clear());
    const all = WALLET_STORES.flatMap((store) =>
      (rows.stores[store] ?? []).map((row) => tx.objectStore(store).put(row)),
    );
    const own = { ...settings, storageIdentityKey: identity };
    await Promise.all([...work, ...all, tx.objectStore(SETTINGS).put(own)]);
    await tx.done;
    const { user } = await storage.findOrInsertUser(identity);
    const [basket] = await storage.findOutputBaskets({
      partial: { userId: user.userId, name: 'default' },
    });
    if (basket?.basketId === undefined) throw new Error('The wallet in the backup has no coins.');
    return await storage.sumSpendableSatoshisInBasket(user.userId, basket.basketId, true);
  } finally {
    await storage.destroy();
  }
};

/** What the database `name` holds, while no wallet works on it. */
export const readStoredRows = async (target: {
  readonly name: string;
  readonly network: Network;
  readonly identity: IdentityKey;
}): Promise<WalletRows> => {
  const storage = await openStorage(target);
  try {
    return await readWalletRows({ storage });
  } finally {
    await storage.destroy();
  }
};
