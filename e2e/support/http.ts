import type { Page } from '@playwright/test';

/** One answer of the service worker as the page sees it. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly length: number;
  /** SHA-256 of the body, hex. */
  readonly sha256: string;
}

/** Requests of a page, one after another, with these methods and headers. */
export const request = (
  page: Page,
  url: string,
  asks: readonly {
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
  }[],
): Promise<HttpAnswer[]> =>
  page.evaluate(
    async ([address, wanted]) => {
      const answers = [];
      for (const { method = 'GET', headers = {} } of wanted) {
        const response = await fetch(address, { method, headers: { ...headers } });
        const body = await response.arrayBuffer();
        const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', body));
        answers.push({
          status: response.status,
          headers: Object.fromEntries(response.headers),
          length: body.byteLength,
          sha256: [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
        });
      }
      return answers;
    },
    [url, asks] as const,
  );

/**
 * Stops every service worker of the browser, as the browser itself does when one has been idle: the
 * next request starts it anew, and it remembers nothing.
 */
export const stopServiceWorkers = async (page: Page): Promise<void> => {
  const session = await page.context().newCDPSession(page);
  await session.send('ServiceWorker.enable');
  await session.send('ServiceWorker.stopAllWorkers');
  await session.detach();
};
