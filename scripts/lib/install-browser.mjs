import { existsSync } from 'node:fs';
import { findBrowser } from './browser.mjs';
import { giveUp, run } from './process.mjs';

const installWithApt = async () => {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return;
  await run('apt-get', ['update', '-qq'], { toStderr: true });
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], {
    toStderr: true,
  });
};

/**
 * A Chromium for the tests: one that is there, else one installed by the system's package manager,
 * else one downloaded by Playwright.
 * @returns {Promise<string>} its path
 */
export const ensureBrowser = async () => {
  let path = findBrowser();
  if (path !== undefined) return path;
  console.error('No Chromium found; installing one (once)…');
  await installWithApt();
  path = findBrowser();
  if (path !== undefined) return path;
  await run('playwright', ['install', 'chromium'], { toStderr: true });
  return (
    findBrowser() ?? giveUp('No Chromium. Install one, or set CHROMIUM_PATH to the program of one.')
  );
};
