import { IDBFactory } from 'fake-indexeddb';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { webRandom } from '../../shared/clock.ts';
import { done, unwrap } from '../../shared/result.ts';
import { openNodeKeys } from './keys.ts';
import type { KeyVault } from './port.ts';
import { createWebSeal } from './seal.ts';

const createVault = (): KeyVault & { value: unknown } => ({
  value: undefined,
  async load() {
    return this.value;
  },
  async store(value) {
    this.value = structuredClone(value);
    return done;
  },
});

const setUp = (profile = 'default') => {
  const indexedDB = new IDBFactory();
  const vault = createVault();
  const seal = createWebSeal({ indexedDB, crypto, profile });
  return { indexedDB, vault, seal, open: () => openNodeKeys({ vault, seal, random: webRandom }) };
};

describe('node keys', () => {
  it('are drawn once and are the same ever after', async () => {
    const { open } = setUp();
    const first = unwrap(await open());
    const second = unwrap(await open());
    expect(first.identity).toMatch(/^0[23][0-9a-f]{64}$/);
    expect(second.identity).toBe(first.identity);
    expect(second.rootKey.toHex()).toBe(first.rootKey.toHex());
    expect(unwrap(await setUp().open()).identity).not.toBe(first.identity);
  });

  it('lie in the vault only encrypted', async () => {
    const { open, vault } = setUp();
    const { rootKey } = unwrap(await open());
    expect(JSON.stringify(vault.value)).not.toContain(rootKey.toHex());
    expect(Object.keys(vault.value as object)).toEqual(['version', 'nonce', 'sealed']);
  });

  it('are never drawn anew over a record that does not open', async () => {
    const { vault, open } = setUp();
    unwrap(await open());
    const kept = vault.value as { version: number; nonce: string; sealed: string };
    const elsewhere = createWebSeal({ indexedDB: new IDBFactory(), crypto, profile: 'default' });
    const moved = await openNodeKeys({ vault, seal: elsewhere, random: webRandom });
    expect(moved).toMatchObject({ ok: false, error: { code: 'wallet-locked' } });
    expect(vault.value).toEqual(kept);

    const last = kept.sealed.endsWith('00') ? '01' : '00';
    for (const value of [
      { ...kept, sealed: `${kept.sealed.slice(0, -2)}${last}` },
      { ...kept, version: 2 },
      { ...kept, nonce: 'zz' },
      'nonsense',
      0,
    ]) {
      vault.value = value;
      expect(await open()).toMatchObject({ ok: false, error: { code: 'wallet-locked' } });
      expect(vault.value).toEqual(value);
    }
  });

  it('of one profile do not open for another', async () => {
    const { indexedDB, vault, open } = setUp('one');
    unwrap(await open());
    const seal = createWebSeal({ indexedDB, crypto, profile: 'two' });
    const other = await openNodeKeys({ vault, seal, random: webRandom });
    expect(other).toMatchObject({ ok: false, error: { code: 'wallet-locked' } });
  });

  it('draw again what is no scalar of the curve', async () => {
    const draws = [new Uint8Array(32), new Uint8Array(32).fill(0xff), new Uint8Array(32).fill(7)];
    const { vault, seal } = setUp();
    const random = (): Uint8Array => draws.shift() ?? webRandom(32);
    const { rootKey } = unwrap(await openNodeKeys({ vault, seal, random }));
    expect(rootKey.toHex()).toBe('07'.repeat(32));
  });

  it('are not used when they could not be stored', async () => {
    const { seal } = setUp();
    const vault: KeyVault = {
      load: async () => undefined,
      store: async () => ({ ok: false, error: { code: 'quota', message: 'full' } }),
    };
    expect(await openNodeKeys({ vault, seal, random: webRandom })).toMatchObject({
      ok: false,
      error: { code: 'quota' },
    });
  });

  it('answer a damaged vault with a failure, whatever lies in it', async () => {
    const { vault, open } = setUp();
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        fc.pre(value !== null);
        vault.value = value;
        expect((await open()).ok).toBe(false);
      }),
      { numRuns: 30 },
    );
  });
});

describe('seal', () => {
  it('agrees on one key when two tabs start together', async () => {
    const indexedDB = new IDBFactory();
    const tab = () => createWebSeal({ indexedDB, crypto, profile: 'both' });
    const [one, two] = [tab(), tab()];
    const secret = webRandom(32);
    const [a, b] = await Promise.all([one.close(secret), two.close(secret)]);
    expect(unwrap(await two.open(unwrap(a)))).toEqual(secret);
    expect(unwrap(await one.open(unwrap(b)))).toEqual(secret);
    expect(unwrap(a).nonce).not.toEqual(unwrap(b).nonce);
  });
});
