import { expect, type Page } from '@playwright/test';
import { expectValue } from './figure.ts';

export interface ChannelRow {
  readonly cid: string;
  readonly status: string;
  readonly role: string;
  readonly paid: number;
  readonly capacity: number;
}

/** Payments: totals, feed, history, channels. */
export class PaymentsPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  totalPaid(holds: (sat: number) => boolean = () => true): Promise<number> {
    return expectValue(this.page.getByTestId('total-paid'), 'total paid', holds);
  }

  totalEarned(holds: (sat: number) => boolean = () => true): Promise<number> {
    return expectValue(this.page.getByTestId('total-earned'), 'total earned', holds);
  }

  /** All rows at one time: a channel that is opened meanwhile moves those below it. */
  channels(): Promise<ChannelRow[]> {
    return this.page.getByTestId('channel-row').evaluateAll((rows) =>
      rows.map((row) => {
        const read = (name: string): string => row.getAttribute(`data-${name}`) ?? '';
        return {
          cid: read('cid'),
          status: read('status'),
          role: read('role'),
          paid: Number(read('paid')),
          capacity: Number(read('capacity')),
        };
      }),
    );
  }

  async settleAll(): Promise<void> {
    await this.page.getByTestId('settle-all').click();
  }

  /** Runs the check of the books and expects no mismatch. */
  async audit(): Promise<void> {
    await this.page.getByTestId('audit-run').click();
    await expect(this.page.getByTestId('audit-result')).toHaveAttribute('data-ok', 'true');
  }
}
