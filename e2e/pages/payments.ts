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

  async channels(): Promise<ChannelRow[]> {
    const rows = await this.page.getByTestId('channel-row').all();
    return Promise.all(
      rows.map(async (row) => {
        const read = async (name: string): Promise<string> =>
          (await row.getAttribute(`data-${name}`)) ?? '';
        return {
          cid: await read('cid'),
          status: await read('status'),
          role: await read('role'),
          paid: Number(await read('paid')),
          capacity: Number(await read('capacity')),
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
