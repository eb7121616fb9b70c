import { expect, type Page } from '@playwright/test';

/** What every view shares: opening the app and going from view to view. */
export class Shell {
  readonly page: Page;
  readonly origin: string;

  constructor(page: Page, origin: string) {
    this.page = page;
    this.origin = origin;
  }

  /** Opens the app at a hash route and waits until the node of this profile runs. */
  async open(route = '#/'): Promise<void> {
    await this.page.goto(`${this.origin}/${route}`);
    await this.ready();
  }

  async ready(): Promise<void> {
    await expect(this.page.getByTestId('phase')).toHaveAttribute('data-phase', 'ready', {
      timeout: 30_000,
    });
  }

  async go(view: 'home' | 'seed' | 'payments' | 'wallet' | 'settings' | 'health'): Promise<void> {
    await this.page.getByTestId(`nav-${view}`).first().click();
  }
}
