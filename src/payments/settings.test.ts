import { describe, expect, it } from 'vitest';
import { openMemoryLedger } from '../ledger/memory.ts';
import { unwrap } from '../shared/result.ts';
import { satPerMiB } from '../shared/units.ts';
import { checkSettings, DEFAULT_SETTINGS, loadSettings, storeSettings } from './settings.ts';

const { batcher } = DEFAULT_SETTINGS;

describe('the settings', () => {
  it('are the defaults until they are changed, and then stay', async () => {
    const ledger = await openMemoryLedger();
    expect(await loadSettings(ledger)).toEqual(DEFAULT_SETTINGS);
    const next = { ...DEFAULT_SETTINGS, defaultSellPrice: satPerMiB(5) };
    unwrap(await storeSettings(ledger, next));
    expect(await loadSettings(ledger)).toEqual(next);
  });

  it.each([
    { batcher: { ...batcher, maxEvents: 0 } },
    { batcher: { ...batcher, maxEvents: 1_001 } },
    { batcher: { ...batcher, maxWaitMs: 9 } },
    { batcher: { ...batcher, maxWaitMs: 5_001 } },
    { batcher: { ...batcher, mode: 'other' as 'fixed' } },
    { defaultSellPrice: -1 as typeof DEFAULT_SETTINGS.defaultSellPrice },
    { budget: { ...DEFAULT_SETTINGS.budget, maxSatPerDay: 1.5 as never } },
  ])('refuse %o', (change) => {
    const checked = checkSettings({ ...DEFAULT_SETTINGS, ...change });
    expect(checked).toMatchObject({ ok: false, error: { code: 'bad-input' } });
  });

  it('fall back to the defaults when what is stored makes no sense', async () => {
    const ledger = await openMemoryLedger();
    await ledger.putSetting('payments', { budget: 3 });
    expect(await loadSettings(ledger)).toEqual(DEFAULT_SETTINGS);
  });
});
