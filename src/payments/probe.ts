import type { Chain } from '../network/port.ts';
import type { RandomBytes } from '../shared/clock.ts';
import { toHex } from '../shared/hex.ts';
import type { ChainHealth, PaymentsProbe } from '../shared/ports/health.ts';
import type { Ledger } from '../shared/ports/ledger.ts';
import { fail, ok, type Result } from '../shared/result.ts';

const SETTING = 'self-test';
const NONCE_LENGTH = 16;

type Parts = {
  readonly ledger: Pick<Ledger, 'setting' | 'putSetting'>;
  readonly chain: Pick<Chain, 'policy' | 'height' | 'health'>;
  readonly random: RandomBytes;
};

/** Writes something that was never there before and reads it back. */
const tryLedger = async ({ ledger, random }: Parts): Promise<Result<string | null>> => {
  const nonce = toHex(random(NONCE_LENGTH));
  const written = await ledger.putSetting(SETTING, nonce);
  if (!written.ok) return written;
  const read = await ledger.setting<unknown>(SETTING);
  return read === nonce
    ? ok(null)
    : fail('storage', 'The ledger read something else than was written.');
};

/** Tries one part of the worker for real. @returns what it answered, as a figure with its unit. */
export const probe = async (part: PaymentsProbe, parts: Parts): Promise<Result<string | null>> => {
  switch (part) {
    case 'ping':
      return ok(null);
    case 'ledger':
      return tryLedger(parts);
    case 'arc': {
      const rate = await parts.chain.policy();
      return rate.ok ? ok(`${rate.value} sat/kB`) : rate;
    }
    case 'chain': {
      const height = await parts.chain.height();
      return height.ok ? ok(String(height.value)) : height;
    }
  }
};

/** What is known of the chain and its services now. */
export const chainHealth = async (chain: Parts['chain']): Promise<ChainHealth> => {
  const height = await chain.height();
  return { services: chain.health(), height: height.ok ? height.value : null };
};
