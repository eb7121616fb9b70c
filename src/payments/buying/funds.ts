import { satoshi, type Satoshi } from '../../shared/units.ts';
import type { Context } from '../context.ts';

/**
 * Kept back for a funding transaction: the fee of 432 bytes and a few more inputs, and the smallest
 * change that the wallet makes. It refuses to make one without.
 */
const FEE_RESERVE = 1_000;
/** While money is short, the wallet is asked this often whether some has come. */
const POLL_MS = 2_000;

/** What the wallet can put into channels, as last seen. */
export interface Funds {
  readonly status: () => 'starting' | 'ready' | 'failed';
  readonly failure: () => string | null;
  readonly available: () => Satoshi;
  /** Whether a channel of `capacity` can be funded, or may be once the wallet is there. */
  readonly mayFund: (capacity: number) => boolean;
  refresh(): Promise<void>;
  /**
   * A price is on the table. The fee rate is remembered for a while: whoever accepts soon does not wait
   * for it.
   */
  prepare(): void;
  close(): void;
}

export const createFunds = (
  { wallet, chain, clock, changed }: Pick<Context, 'wallet' | 'chain' | 'clock' | 'changed'>,
  onMore: () => void,
): Funds => {
  let status: 'starting' | 'ready' | 'failed' = 'starting';
  let failure: string | null = null;
  let available = satoshi(0);
  let cancel: (() => void) | null = null;
  let closed = false;

  const refresh = async (): Promise<void> => {
    if (status !== 'ready' || closed) return;
    const before = available;
    available = (await wallet.view()).available;
    if (available !== before) changed();
    if (available > before) onMore();
  };

  const poll = (): void => {
    if (closed) return;
    cancel = clock.after(POLL_MS, () => void refresh().finally(poll));
  };

  void wallet.ready.then(async (result) => {
    status = result.ok ? 'ready' : 'failed';
    failure = result.ok ? null : result.error.message;
    await refresh();
    changed();
    onMore();
    if (result.ok) poll();
  });

  return {
    status: () => status,
    failure: () => failure,
    available: () => available,
    mayFund: (capacity) =>
      status === 'starting' || (status === 'ready' && available >= capacity + FEE_RESERVE),
    refresh,
    prepare: () => void chain.feeRate(),
    close() {
      closed = true;
      cancel?.();
    },
  };
};

/** Satoshi of `available` that channels may take. */
export const spendable = (available: Satoshi): number => Math.max(0, available - FEE_RESERVE);
