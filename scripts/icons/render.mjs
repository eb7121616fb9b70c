// Renders the PNG icons from public/icons/rivulet.svg. Run it after a change of the drawing.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { ensureBrowser } from '../lib/install-browser.mjs';
import { ROOT } from '../lib/process.mjs';

const FOLDER = join(ROOT, 'public', 'icons');
const drawing = readFileSync(join(FOLDER, 'rivulet.svg'), 'utf8');

/**
 * A launcher cuts a maskable icon to a shape of its own: the ground fills the square and the mark
 * keeps to the middle 80 %.
 */
const maskable = drawing
  .replace('rx="112"', '')
  .replace('<g id="mark"', '<g transform="translate(66 66) scale(0.74)"><g id="mark"')
  .replace(/<\/g>\s*<\/svg>/, '</g></g></svg>');

const browser = await chromium.launch({
  executablePath: await ensureBrowser(),
  args: ['--no-sandbox', '--disable-gpu'],
});
const page = await browser.newPage();

/**
 * @param {string} name
 * @param {string} svg
 * @param {number} size
 */
const render = async (name, svg, size) => {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(`<style>html,body{margin:0}svg{display:block}</style>${svg}`);
  await page.screenshot({ path: join(FOLDER, name), omitBackground: true });
};

await render('rivulet-192.png', drawing, 192);
await render('rivulet-512.png', drawing, 512);
await render('rivulet-maskable-512.png', maskable, 512);
await browser.close();
