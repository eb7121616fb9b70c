import type { Clock } from '../../shared/clock.ts';
import { fromHex, toHex } from '../../shared/hex.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Satoshi } from '../../shared/units.ts';
import { createHttp, type Fetch } from '../../network/http.ts';
import { MAX_BEEF_HEX } from '../../network/limits.ts';

/** Coins that a test network's faucet gave. */
export interface Gift {
  readonly vout: number;
  /** AtomicBEEF, not verified yet. */
  readonly beef: Uint8Array;
}

/** Asks the faucet at `url` to pay `satoshis` to `lockingScript`. */
export const askFaucet = async (
  tools: { readonly fetch: Fetch; readonly clock: Clock },
  url: string,
  lockingScript: Uint8Array,
  satoshis: Satoshi,
): Promise<Result<Gift>> => {
  const answer = await createHttp(tools).send({
    url,
    body: { lockingScript: toHex(lockingScript), satoshis },
    maxBytes: MAX_BEEF_HEX,
  });
  if (!answer.ok) return answer;
  if (answer.value.status !== 200) {
    return fail('network', `The faucet gave nothing (${answer.value.status}).`);
  }
  const json = answer.value.json();
  if (!json.ok) return json;
  const { vout, beef } = (json.value ?? {}) as { vout?: unknown; beef?: unknown };
  if (typeof vout !== 'number' || !Number.isSafeInteger(vout) || typeof beef !== 'string') {
    return fail('network', 'The faucet answered with something unreadable.');
  }
  try {
    return ok({ vout, beef: fromHex(beef) });
  } catch {
    return fail('network', 'The faucet answered with something unreadable.');
  }
};
