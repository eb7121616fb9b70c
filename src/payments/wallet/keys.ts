import { CachedKeyDeriver, PrivateKey, ProtoWallet } from '@bsv/sdk';
import type { RandomBytes } from '../../shared/clock.ts';
import { fromHex, toHex } from '../../shared/hex.ts';
import { fail, failureOf, ok, type Result } from '../../shared/result.ts';
import { identityKey } from '../../shared/units.ts';
import type { KeyVault, NodeKeys } from './port.ts';
import type { KeySeal } from './seal.ts';

/** Version of the record in the vault. */
const VERSION = 1;
export const KEY_BYTES = 32;

/** Where the encrypted root key lies in the ledger's settings. */
export const ROOT_KEY = 'root-key';

/** AES-GCM: 12-byte nonce, 16-byte tag behind the ciphertext. */
const SEALED = /^[0-9a-f]{24}$/;
const CIPHER = /^[0-9a-f]{96}$/;

interface KeyRecord {
  readonly version: number;
  readonly nonce: string;
  readonly sealed: string;
}

/** Derives everything from the root key of a profile (BRC-42). */
export const createNodeKeys = (rootKey: PrivateKey): NodeKeys => {
  const keyDeriver = new CachedKeyDeriver(rootKey);
  return {
    identity: identityKey(keyDeriver.identityKey),
    wallet: new ProtoWallet(keyDeriver),
    keyDeriver,
    rootKey,
  };
};

const isKeyRecord = (value: unknown): value is KeyRecord => {
  if (typeof value !== 'object' || value === null) return false;
  const { version, nonce, sealed } = value as Record<string, unknown>;
  return (
    version === VERSION &&
    typeof nonce === 'string' &&
    SEALED.test(nonce) &&
    typeof sealed === 'string' &&
    CIPHER.test(sealed)
  );
};

/** @throws Error unless the bytes are a scalar of the curve's order. */
export const rootKeyOf = (bytes: Uint8Array): PrivateKey =>
  new PrivateKey([...bytes], 'be', 'be', 'error');

/** The record of a root key for the vault. @returns the failure of the seal. */
export const sealRootKey = async (seal: KeySeal, bytes: Uint8Array): Promise<Result<KeyRecord>> => {
  const sealed = await seal.close(bytes);
  if (!sealed.ok) return sealed;
  const { nonce, sealed: cipher } = sealed.value;
  return ok({ version: VERSION, nonce: toHex(nonce), sealed: toHex(cipher) });
};

/** A scalar of the curve's order, evenly: what lies outside is drawn again. */
const drawRootKey = (random: RandomBytes): { bytes: Uint8Array; key: PrivateKey } => {
  for (;;) {
    const bytes = random(KEY_BYTES);
    try {
      const key = rootKeyOf(bytes);
      if (!key.isZero()) return { bytes, key };
    } catch {
      // Once in 2^128 draws.
    }
  }
};

/**
 * The keys of this profile: opened from the vault, or drawn once and stored, encrypted, before they
 * are used. A record that cannot be opened is never replaced, as coins may hang on it.
 * @returns `wallet-locked` when the record cannot be opened, or the vault's failure.
 */
export const openNodeKeys = async (tools: {
  readonly vault: KeyVault;
  readonly seal: KeySeal;
  readonly random: RandomBytes;
}): Promise<Result<NodeKeys>> => {
  const { vault, seal, random } = tools;
  try {
    const kept = await vault.load();
    if (kept !== undefined && kept !== null) {
      if (!isKeyRecord(kept)) return fail('wallet-locked', 'The stored wallet key is unreadable.');
      const opened = await seal.open({
        nonce: fromHex(kept.nonce),
        sealed: fromHex(kept.sealed),
      });
      return opened.ok ? ok(createNodeKeys(rootKeyOf(opened.value))) : opened;
    }
    const { bytes, key } = drawRootKey(random);
    const record = await sealRootKey(seal, bytes);
    if (!record.ok) return record;
    const stored = await vault.store(record.value);
    return stored.ok ? ok(createNodeKeys(key)) : stored;
  } catch (error) {
    return { ok: false, error: failureOf(error, 'storage') };
  }
};
