import type { BrowserContext } from '@playwright/test';

/**
 * Ends every process of the browser of this context with SIGKILL, the browser's own included:
 * what a power cut or an impatient user does. Resolves when the context has noticed.
 */
export const killBrowser = async (context: BrowserContext): Promise<void> => {
  const browser = context.browser();
  if (browser === null) throw new Error('There is no browser to ask for its processes.');
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const closed = context.waitForEvent('close');
  const order = [...processInfo].sort(
    (a, b) => Number(b.type === 'browser') - Number(a.type === 'browser'),
  );
  for (const { id } of order) {
    try {
      process.kill(id, 'SIGKILL');
    } catch {
      // Gone with its parent.
    }
  }
  await closed;
};
