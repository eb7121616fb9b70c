import { NEWCOMER_EXPOSURE, WINDOW_MIN } from '../../protocol/policy.ts';
import type { PayeeAccount } from './account.ts';

/**
 * Shares the credit that is given to identities that have never paid. Someone who leaves without
 * paying keeps its share, so fresh identities one after another get no more than many at once.
 */
export const createExposure = () => {
  let used = 0;
  return {
    /** Bytes that an account with a funded channel may owe at first. */
    funded: WINDOW_MIN,
    /** Bytes that this account may owe before it has ever paid; 0 when the shares are all taken. */
    admit(account: PayeeAccount): number {
      if (account.state.paid > 0 || account.exposed) return WINDOW_MIN;
      if (used + WINDOW_MIN > NEWCOMER_EXPOSURE) return 0;
      account.exposed = true;
      used += WINDOW_MIN;
      return WINDOW_MIN;
    },
    /** It has paid, or it has gone and owes nothing. */
    release(account: PayeeAccount): void {
      if (!account.exposed) return;
      account.exposed = false;
      used -= WINDOW_MIN;
    },
  };
};

export type Exposure = ReturnType<typeof createExposure>;
