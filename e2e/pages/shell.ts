import type { Page } from '@playwright/test';

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

  /** Asked in the page with each frame: every test waits for this, mostly several times. */
  async ready(): Promise<void> {
    const shown = '[data-testid="phase"][data-phase="ready"]';
    await this.page.waitForFunction(
      (selector) => document.querySelector(selector) !== null,
      shown,
      { timeout: 30_000 },
    );
  }

  async go(view: 'home' | 'seed' | 'payments' | 'wallet' | 'settings' | 'health'): Promise<void> {
    await this.page.getByTestId(`nav-${view}`).first().click();
  }
}
