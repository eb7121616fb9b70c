import { expect, type Locator } from '@playwright/test';

/** Playwright's own pace grows to a second, and a test waits for dozens of figures. */
export const OFTEN = { intervals: [100] };

/** The raw integer behind a figure on screen (`data-value`); null while there is none. */
export const valueOf = async (locator: Locator): Promise<number | null> => {
  const text = await locator.getAttribute('data-value');
  return text === null || text === '' ? null : Number(text);
};

/** Waits until the figure satisfies the condition and returns it. */
export const expectValue = async (
  locator: Locator,
  description: string,
  holds: (value: number) => boolean,
  timeout = 30_000,
): Promise<number> => {
  let last: number | null = null;
  await expect
    .poll(
      async () => {
        last = await valueOf(locator);
        return last !== null && holds(last);
      },
      { ...OFTEN, timeout, message: description },
    )
    .toBe(true);
  if (last === null) throw new Error(`${description}: no figure`);
  return last;
};
