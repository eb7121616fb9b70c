import { readFile } from 'node:fs/promises';
import { chromium } from '@playwright/test';
import { ensureBrowser } from '../lib/install-browser.mjs';
import { FILM } from './numbers.mjs';

const ORIGIN = 'http://film.invalid/';

/**
 * Opens the page that draws the film.
 * @returns {Promise<{ frame: (number: number) => Promise<Buffer>, close: () => Promise<void> }>}
 */
export const openScene = async () => {
  const browser = await chromium.launch({
    executablePath: await ensureBrowser(),
    args: ['--no-sandbox', '--disable-gpu'],
  });
  const page = await browser.newPage();
  page.on('pageerror', (error) => console.error(error));
  await page.route(`${ORIGIN}**`, async (route) => {
    const name = new URL(route.request().url()).pathname.slice(1);
    if (name === '') {
      const body = '<body></body><script type="module" src="scene.mjs"></script>';
      return route.fulfill({ body, contentType: 'text/html' });
    }
    const body = await readFile(new URL(name, import.meta.url));
    return route.fulfill({ body, contentType: 'text/javascript' });
  });
  await page.goto(ORIGIN);
  await page.waitForFunction('typeof drawFrame === "function"');
  return {
    frame: async (number) => {
      const url = await page.evaluate(`drawFrame(${number})`);
      return Buffer.from(String(url).split(',')[1] ?? '', 'base64');
    },
    close: () => browser.close(),
  };
};

/** Number of pictures in the film. */
export const FRAMES = FILM.seconds * FILM.framesPerSecond;
