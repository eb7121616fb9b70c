import type { WalletAction } from '../../shared/ports/payments.ts';
import { ok, type Result } from '../../shared/result.ts';
import { txId } from '../../shared/units.ts';
import { walletFailure } from './failures.ts';
import { purposeOf } from './purpose.ts';
import type { Toolbox } from './toolbox.ts';

/** Transactions that happened or are about to; attempts that came to nothing are left out. */
const SHOWN = ['completed', 'unproven', 'sending', 'unprocessed', 'nosend'] as const;

const WORDS: Readonly<Record<(typeof SHOWN)[number], WalletAction['status']>> = {
  completed: 'mined',
  unproven: 'sent',
  sending: 'sending',
  unprocessed: 'sending',
  nosend: 'kept',
};

/** The wallet's transactions, newest first. */
export const walletHistory = async (
  { storage, userId }: Toolbox,
  limit: number,
  offset: number,
): Promise<Result<readonly WalletAction[]>> => {
  try {
    const rows = await storage.findTransactions({
      partial: { userId },
      status: [...SHOWN],
      noRawTx: true,
      orderDescending: true,
      paged: { limit, offset },
    });
    const actions = rows.flatMap(({ txid, created_at: made, description, satoshis, status }) => {
      const word = SHOWN.find((shown) => shown === status);
      if (txid === undefined || word === undefined) return [];
      return [
        {
          txid: txId(txid),
          time: made.getTime(),
          ...purposeOf(description),
          description,
          sat: satoshis,
          status: WORDS[word],
        },
      ];
    });
    return ok(actions);
  } catch (error) {
    return { ok: false, error: walletFailure(error) };
  }
};
