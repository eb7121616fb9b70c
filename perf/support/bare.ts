// The types of `window.bare`.
import type {} from '../baselines/bare.ts';
import type { Page } from '@playwright/test';
import { openBrowser } from './browsers.ts';
import type { Scope } from './scope.ts';
import { PAGE_PATHS } from './site.ts';

/** Opens two browsers, joins them, and gives their pages. */
export const openBarePair = async (
  scope: Scope,
  origin: string,
): Promise<{ readonly sender: Page; readonly receiver: Page }> => {
  const [{ page: sender }, { page: receiver }] = [
    await openBrowser(scope, 'bare sender'),
    await openBrowser(scope, 'bare receiver'),
  ];
  for (const page of [sender, receiver]) await page.goto(`${origin}${PAGE_PATHS.bare}`);
  const offer = await sender.evaluate(() => window.bare.offer());
  const answer = await receiver.evaluate((given) => window.bare.answer(given), offer);
  await sender.evaluate((given) => window.bare.accept(given), answer);
  await Promise.all([sender, receiver].map((page) => page.evaluate(() => window.bare.opened())));
  return { sender, receiver };
};

/** Moves `bytes` in messages of `size`: ms from the first to the last message at the receiver. */
export const moveBare = async (
  { sender, receiver }: { readonly sender: Page; readonly receiver: Page },
  bytes: number,
  size: number,
): Promise<number> => {
  await receiver.evaluate((length) => window.bare.prepare(length), bytes);
  await sender.evaluate(([length, each]) => window.bare.send(length, each), [bytes, size] as const);
  return receiver.evaluate(() => window.bare.received());
};
