import { expect, type Page } from '@playwright/test';
import { expectValue } from './figure.ts';

/** What was read from a disk that is gone. */
export interface SavedFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

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

  /** Saves a backup, chooses it again to have it checked, and returns where it is. */
  async backUp(passphrase: string): Promise<string> {
    const { page } = this;
    await page.getByTestId('backup-open').click();
    await page.getByTestId('backup-passphrase').fill(passphrase);
    await page.getByTestId('backup-again').fill(passphrase);
    const [saved] = await Promise.all([
      page.waitForEvent('download'),
      page.getByTestId('backup-make').click(),
    ]);
    const path = await saved.path();
    await page.getByTestId('backup-check').setInputFiles(path);
    await expect(page.getByTestId('backup-checked')).toHaveAttribute('data-same', 'true');
    await page.getByTestId('backup-close').click();
    return path;
  }

  /** How many channels with money in them the last backup does not know. */
  async channelsSinceBackup(count: number): Promise<void> {
    await expect(this.page.getByTestId('backup-state')).toHaveAttribute('data-since', `${count}`);
  }

  /** Opens a backup and returns what it says it could spend; takes nothing over. */
  async openBackup(file: SavedFile, passphrase: string): Promise<number> {
    const { page } = this;
    await page.getByTestId('restore-open').click();
    await page.getByTestId('restore-file').setInputFiles(file);
    await page.getByTestId('restore-passphrase').fill(passphrase);
    await page.getByTestId('restore-look').click();
    return expectValue(page.getByTestId('restore-summary'), 'available', () => true);
  }

  /** Takes the opened backup over; the page starts anew. */
  async takeOver(): Promise<void> {
    await Promise.all([
      this.page.waitForEvent('load'),
      this.page.getByTestId('restore-take').click(),
    ]);
  }

  async identity(): Promise<string> {
    const text = await this.page.getByTestId('wallet-identity').getAttribute('data-text');
    if (text === null) throw new Error('The wallet shows no identity.');
    return text;
  }
}
