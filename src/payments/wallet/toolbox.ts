import type { StorageIdb, Wallet, sdk } from '@bsv/wallet-toolbox-client';
import { DEFAULT_SAT_PER_KB } from '../../network/limits.ts';
import type { Chain } from '../../network/port.ts';
import type { Network } from '../../shared/config.ts';
import type { IdentityKey } from '../../shared/units.ts';
import type { NodeKeys } from './port.ts';
import { createServices, type ChainServices } from './services.ts';

/** The opened toolbox with the parts of it that we use beside its BRC-100 interface. */
export interface Toolbox {
  readonly wallet: Wallet;
  readonly storage: StorageIdb;
  readonly services: ChainServices;
  readonly userId: number;
  /** Basket of the coins that the toolbox itself spends. */
  readonly changeBasketId: number;
  /** Makes the next transactions pay this rate, in sat per 1,000 bytes. */
  setFeeRate(satPerKb: number): void;
  close(): Promise<void>;
}

/**
 * Coins that the wallet likes to hold. One would make every funding wait for the one before it to
 * reach the network; many cost bytes to make and to spend.
 */
const DESIRED_COINS = 3;
const DESIRED_COIN_SATOSHIS = 2_000;

/** The toolbox knows no local networks; its `test` differs from `main` in address prefixes only. */
export const toolboxChain = (network: Network): sdk.Chain => (network === 'main' ? 'main' : 'test');

/** Transactions whose outputs exist, or will when they have been sent. */
export const REAL = ['completed', 'unproven', 'sending', 'unprocessed', 'nosend'] as const;

/**
 * Waits until everything written so far is on the disk. The toolbox writes with the browser's
 * relaxed default; one strict transaction at its end takes all before it along.
 */
const makeDurable = async (storage: StorageIdb): Promise<void> => {
  const { storageIdentityKey } = await storage.readSettings();
  const database = await storage.verifyDB();
  const transaction = database.transaction('settings', 'readwrite', { durability: 'strict' });
  const settings: unknown = await transaction.store.get(storageIdentityKey);
  await transaction.store.put(settings);
  await transaction.done;
};

/** Name of the wallet's database of a profile. */
export const walletName = (network: Network, profile: string): string =>
  `rivulet-wallet-${network}-${profile}`;

/** Opens the toolbox's storage in the database `name`, making it for `identity` when it is new. */
export const openStorage = async (target: {
  readonly name: string;
  readonly network: Network;
  readonly identity: IdentityKey;
}): Promise<StorageIdb> => {
  const { StorageIdb } = await import('@bsv/wallet-toolbox-client');
  const storage = new StorageIdb({
    chain: toolboxChain(target.network),
    commissionSatoshis: 0,
    // Replaced before each transaction: the toolbox would pay 1 sat/kB and be refused.
    feeModel: { model: 'sat/kb', value: DEFAULT_SAT_PER_KB },
  });
  storage.dbName = target.name;
  await storage.migrate(target.name, target.identity);
  await storage.makeAvailable();
  return storage;
};

/**
 * Opens the wallet of `keys` in its own IndexedDB database. Loads the toolbox when first called,
 * and asks nothing of the network.
 */
export const openToolbox = async (tools: {
  readonly keys: NodeKeys;
  readonly chain: Chain;
  readonly network: Network;
  readonly profile: string;
}): Promise<Toolbox> => {
  const { keys, network, profile } = tools;
  const { Wallet, WalletStorageManager } = await import('@bsv/wallet-toolbox-client');
  const chain = toolboxChain(network);
  const name = walletName(network, profile);
  const storage = await openStorage({ name, network, identity: keys.identity });
  const manager = new WalletStorageManager(keys.identity);
  await manager.addWalletStorageProvider(storage);
  const services = createServices({
    chain: tools.chain,
    network: chain,
    makeDurable: () => makeDurable(storage),
  });
  const wallet = new Wallet({ chain, keyDeriver: keys.keyDeriver, storage: manager, services });
  const userId = await manager.getUserId();
  await wallet.setWalletChangeParams(DESIRED_COINS, DESIRED_COIN_SATOSHIS);
  const [basket] = await storage.findOutputBaskets({ partial: { userId, name: 'default' } });
  if (basket?.basketId === undefined) throw new Error('the wallet has no basket for its coins');
  return {
    wallet,
    storage,
    services,
    userId,
    changeBasketId: basket.basketId,
    setFeeRate: (value) => {
      storage.feeModel = { model: 'sat/kb', value };
    },
    close: () => wallet.destroy(),
  };
};
