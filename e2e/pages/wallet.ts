import { expect, type Page } from '@playwright/test';
import { expectValue } from './figure.ts';

/** Wallet: balance, what is locked, test coins. */
export class WalletPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async ready(): Promise<void> {
    await expect(this.page.getByTestId('wallet-status')).toHaveAttribute('data-status', 'ready', {
      timeout: 30_000,
    });
  }

  available(holds: (sat: number) => boolean = () => true): Promise<number> {
    return expectValue(this.page.getByTestId('wallet-available'), 'available', holds);
  }

  locked(holds: (sat: number) => boolean = () => true): Promise<number> {
    return expectValue(this.page.getByTestId('wallet-locked'), 'locked', holds);
  }

  /** Gets test coins and returns the balance afterwards. */
  async getCoins(): Promise<number> {
    await this.ready();
    const before = await this.available();
    await this.page.getByTestId('get-coins').click();
    return this.available((sat) => sat > before);
  }

  async identity(): Promise<string> {
    const text = await this.page.getByTestId('wallet-identity').getAttribute('data-text');
    if (text === null) throw new Error('The wallet shows no identity.');
    return text;
  }
}
