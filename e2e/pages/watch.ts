import { expect, type Locator, type Page } from '@playwright/test';
import { expectValue, OFTEN, valueOf } from './figure.ts';

/** Watch: offer, player and payment panel. */
export class WatchPage {
  readonly page: Page;
  readonly video: Locator;
  readonly paidSat: Locator;
  readonly paidBlocks: Locator;
  readonly heldBytes: Locator;

  constructor(page: Page) {
    this.page = page;
    this.video = page.getByTestId('video');
    this.paidSat = page.getByTestId('panel-paid-sat');
    this.paidBlocks = page.getByTestId('panel-paid-blocks');
    this.heldBytes = page.getByTestId('panel-held-bytes');
  }

  /** Opens a share link and waits until the files are listed. */
  async openLink(link: string): Promise<void> {
    await this.page.goto(link);
    await this.listed();
  }

  async listed(): Promise<void> {
    await expect(this.page.getByTestId('file-row').first()).toBeVisible({ timeout: 30_000 });
  }

  /** The offered price in satoshi per MiB, once a seeder has told it. */
  price(): Promise<number> {
    return expectValue(this.page.getByTestId('offer-price'), 'a price is offered', () => true);
  }

  expectedCost(): Promise<number | null> {
    return valueOf(this.page.getByTestId('expected-cost'));
  }

  async start(): Promise<void> {
    await this.page.getByTestId('start-watching').click();
  }

  async stopPaying(): Promise<void> {
    await this.page.getByTestId('stop-paying').click();
  }

  async resumePaying(): Promise<void> {
    await this.page.getByTestId('resume-paying').click();
  }

  /** Waits until the video has shown frames for `seconds` of film time past where it is. */
  async playing(seconds = 1, timeout = 30_000): Promise<void> {
    const from = await this.time();
    await expect
      .poll(() => this.time(), { ...OFTEN, timeout, message: `the film plays on from ${from} s` })
      .toBeGreaterThan(from + seconds);
  }

  time(): Promise<number> {
    return this.video.evaluate((video: HTMLVideoElement) => video.currentTime);
  }

  duration(): Promise<number> {
    return this.video.evaluate((video: HTMLVideoElement) => video.duration);
  }

  async seek(seconds: number): Promise<void> {
    await this.video.evaluate((video: HTMLVideoElement, to) => {
      video.currentTime = to;
    }, seconds);
  }

  /** Waits until every byte of the title is held and returns the number. */
  complete(length: number, timeout = 90_000): Promise<number> {
    return expectValue(this.heldBytes, 'every byte is held', (held) => held === length, timeout);
  }

  async settle(): Promise<void> {
    await this.page.getByTestId('settle-now').click();
  }

  /** Waits until the panel tells that the channels of this title are settled. */
  async settled(timeout = 30_000): Promise<void> {
    await expect(this.page.getByTestId('settlement-state')).toHaveAttribute(
      'data-state',
      'settled',
      { timeout },
    );
  }

  /** Waits until a host that the torrent names, and that is not connected, is shown so. */
  async webSeed(host: string, state: string, fault?: string): Promise<void> {
    const row = this.page.locator(`[data-testid="web-seed"][data-host="${host}"]`);
    await expect(row).toHaveAttribute('data-state', state, { timeout: 30_000 });
    if (fault !== undefined) await expect(row).toHaveAttribute('data-fault', fault);
  }

  /** SHA-256, in hex, of a file of the torrent as the service worker serves it to this page. */
  sha256(infoHash: string, file = 0): Promise<string> {
    return this.page.evaluate(
      async ([hash, index]) => {
        const response = await fetch(`/stream/${hash}/${index}`);
        if (!response.ok) throw new Error(`stream answered ${response.status}`);
        const digest = await crypto.subtle.digest('SHA-256', await response.arrayBuffer());
        return [...new Uint8Array(digest)].map((b) => b.toString(16).padStart(2, '0')).join('');
      },
      [infoHash, file] as const,
    );
  }
}
