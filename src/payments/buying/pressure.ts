import type { BlockQueue } from '../batcher/block-queue.ts';
import { BATCH_ROWS_MAX, READY_BYTES_MAX, READY_RELEASE } from '../limits.ts';
import type { Meter } from '../meter.ts';
import type { PayerAccount } from './account.ts';

/**
 * Whether a queue of blocks that wait for a signature is too long to ask for more, given whether it
 * was so before: from the bound on, until it has fallen to half of it.
 */
export const isPressed = ({ size, bytes }: BlockQueue, before: boolean): boolean => {
  const isMuch = (count: number, most: number): boolean =>
    before ? count > most * READY_RELEASE : count >= most;
  return isMuch(size, BATCH_ROWS_MAX) || isMuch(bytes, READY_BYTES_MAX);
};

/**
 * Back-pressure of one account: `weigh` it whenever its queue has changed. What came already, and what
 * is still on its way, is taken in and paid; the page is only told to ask for no more. Blocks that
 * wait for their hash check do not count: only asking for the rest of their pieces sets them free.
 */
export const createPressure = (
  meter: Pick<Meter, 'pressed'>,
  review: (account: PayerAccount) => void,
) => ({
  weigh(account: PayerAccount): void {
    const pressed = isPressed(account.ready, account.pressed);
    if (pressed === account.pressed) return;
    account.pressed = pressed;
    if (pressed) meter.pressed('backlog');
    review(account);
  },
});
