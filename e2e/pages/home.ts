import { expect, type Page } from '@playwright/test';

/** Home and library. */
export class HomePage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async tryIt(): Promise<void> {
    await this.page.getByTestId('try-it').click();
  }

  /** Adds a magnet or info hash and waits for the Watch view. */
  async add(source: string): Promise<void> {
    await this.page.getByTestId('add-source').fill(source);
    await this.page.getByTestId('add-submit').click();
    await expect(this.page.getByTestId('watch-title')).toBeVisible({ timeout: 30_000 });
  }
}
