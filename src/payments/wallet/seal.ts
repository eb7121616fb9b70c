import { fail, failureOf, ok, type Result } from '../../shared/result.ts';

export interface Sealed {
  readonly nonce: Uint8Array;
  /** Ciphertext with its tag. */
  readonly sealed: Uint8Array;
}

/** Encrypts the root key for storage. */
export interface KeySeal {
  close(secret: Uint8Array): Promise<Result<Sealed>>;
  /** @returns `wallet-locked` when the key is gone or the data was changed. */
  open(data: Sealed): Promise<Result<Uint8Array>>;
}

const DATABASE = 'rivulet-key-seal';
const STORE = 'keys';
const NONCE_BYTES = 12;

const promised = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('The key store failed.'));
  });

const finished = (transaction: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error('The key store failed.'));
  });

const openDatabase = (factory: IDBFactory): Promise<IDBDatabase> => {
  const request = factory.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return promised(request);
};

/**
 * AES-GCM under a key that Web Crypto made and gives out to no script: it lies in IndexedDB as an opaque
 * object. That guards against a copy of the sealed record alone, and against a script that can read
 * records but not run here. It does not guard against whoever can read the browser's files: there the
 * key lies beside the record. The profile's name is authenticated with the secret.
 */
export const createWebSeal = (tools: {
  readonly indexedDB: IDBFactory;
  readonly crypto: Pick<Crypto, 'subtle' | 'getRandomValues'>;
  readonly profile: string;
}): KeySeal => {
  const { crypto, profile } = tools;
  const additionalData = new TextEncoder().encode(`rivulet root key ${profile}`);

  const withStore = async <T>(work: (store: IDBObjectStore) => Promise<T>): Promise<T> => {
    const database = await openDatabase(tools.indexedDB);
    try {
      const transaction = database.transaction(STORE, 'readwrite', { durability: 'strict' });
      const end = finished(transaction);
      const value = await work(transaction.objectStore(STORE));
      await end;
      return value;
    } finally {
      database.close();
    }
  };

  const stored = (): Promise<CryptoKey | undefined> =>
    withStore((store) => promised(store.get(profile) as IDBRequest<CryptoKey | undefined>));

  const storedOrNew = async (): Promise<CryptoKey> => {
    const fresh = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
      'encrypt',
      'decrypt',
    ]);
    return withStore(async (store) => {
      // Read and write in one transaction: two tabs that start together agree on one key.
      const found = await promised(store.get(profile) as IDBRequest<CryptoKey | undefined>);
      if (found !== undefined) return found;
      await promised(store.put(fresh, profile));
      return fresh;
    });
  };

  return {
    close: async (secret) => {
      try {
        const key = await storedOrNew();
        const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
        const sealed = await crypto.subtle.encrypt(
          { name: 'AES-GCM', iv: nonce, additionalData },
          key,
          new Uint8Array(secret),
        );
        return ok({ nonce, sealed: new Uint8Array(sealed) });
      } catch (error) {
        return { ok: false, error: failureOf(error, 'storage') };
      }
    },
    open: async ({ nonce, sealed }) => {
      try {
        const key = await stored();
        if (key === undefined) {
          return fail('wallet-locked', 'The key that opens this wallet is gone from this browser.');
        }
        const secret = await crypto.subtle.decrypt(
          { name: 'AES-GCM', iv: new Uint8Array(nonce), additionalData },
          key,
          new Uint8Array(sealed),
        );
        return ok(new Uint8Array(secret));
      } catch {
        return fail('wallet-locked', 'The stored wallet key cannot be opened in this browser.');
      }
    },
  };
};
