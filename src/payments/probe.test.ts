import { describe, expect, it } from 'vitest';
import { openMemoryLedger } from '../ledger/memory.ts';
import { webRandom } from '../shared/clock.ts';
import { fail, ok } from '../shared/result.ts';
import { chainHealth, probe } from './probe.ts';

const out = fail('network', 'Nobody answers.');

const partsWith = async (reachable: boolean) => ({
  ledger: await openMemoryLedger(),
  chain: {
    policy: async () => (reachable ? ok(100) : out),
    height: async () => (reachable ? ok(812) : out),
    health: () => [],
  },
  random: webRandom,
});

describe('the probe', () => {
  it('answers with what the services said', async () => {
    const parts = await partsWith(true);
    expect(await probe('ping', parts)).toEqual(ok(null));
    expect(await probe('ledger', parts)).toEqual(ok(null));
    expect(await probe('arc', parts)).toEqual(ok('100 sat/kB'));
    expect(await probe('chain', parts)).toEqual(ok('812'));
    expect(await chainHealth(parts.chain)).toEqual({ services: [], height: 812 });
  });

  it('fails as the services do, and tells no height that it does not know', async () => {
    const parts = await partsWith(false);
    expect(await probe('arc', parts)).toEqual(out);
    expect(await probe('chain', parts)).toEqual(out);
    expect((await chainHealth(parts.chain)).height).toBeNull();
  });

  it('finds a ledger that refuses or forgets', async () => {
    const parts = await partsWith(true);
    const full = { ...parts.ledger, putSetting: async () => fail('quota', 'Full.') };
    expect(await probe('ledger', { ...parts, ledger: full })).toMatchObject({ ok: false });
    const forgetful = { ...parts.ledger, setting: async () => undefined };
    const forgot = await probe('ledger', { ...parts, ledger: forgetful });
    expect(forgot).toMatchObject({ ok: false, error: { code: 'storage' } });
  });
});
