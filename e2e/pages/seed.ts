import { expect, type Page } from '@playwright/test';
import { expectValue } from './figure.ts';

export interface SeedFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** Seed: choose files, set the price, get the links. */
export class SeedPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** `files`: paths on disk, or contents. */
  async choose(files: string | string[] | SeedFile[]): Promise<void> {
    await this.page.getByTestId('seed-input').setInputFiles(files);
  }

  async price(satPerMiB: number): Promise<void> {
    await this.page.getByTestId('seed-price').fill(String(satPerMiB));
  }

  async start(): Promise<{ magnet: string; link: string; infoHash: string }> {
    await this.page.getByTestId('seed-start').click();
    const magnetField = this.page.getByTestId('seed-magnet');
    await expect(magnetField).toBeVisible({ timeout: 60_000 });
    const magnet = (await magnetField.getAttribute('data-text')) ?? '';
    const link = (await this.page.getByTestId('seed-link').getAttribute('data-text')) ?? '';
    const infoHash = /btih:([0-9a-f]{40})/i.exec(magnet)?.[1]?.toLowerCase();
    if (infoHash === undefined) throw new Error(`No info hash in ${magnet}`);
    return { magnet, link, infoHash };
  }

  /** From the links of a finished seed back to the form. */
  async another(): Promise<void> {
    await this.page.getByTestId('seed-another').click();
  }

  earned(holds: (sat: number) => boolean, timeout?: number): Promise<number> {
    return expectValue(this.page.getByTestId('seed-earned'), 'earned', holds, timeout);
  }
}
