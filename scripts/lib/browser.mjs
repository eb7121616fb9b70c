import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Commands under which systems install Chromium or Chrome, the open one first. */
const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** Where the program is on a Mac, which does not put it on the path. */
const MAC_PLACES = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];

/** @param {string} path */
const isExecutable = (path) => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/**
 * Folder in which Playwright keeps the browsers it downloads.
 * @param {NodeJS.ProcessEnv} env
 * @param {NodeJS.Platform} platform
 * @returns {string}
 */
const playwrightFolder = (env, platform) => {
  if (env.PLAYWRIGHT_BROWSERS_PATH) return env.PLAYWRIGHT_BROWSERS_PATH;
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'ms-playwright');
  return join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ms-playwright');
};

/**
 * A full Chromium (not the headless shell, which has no service for some media) that Playwright
 * downloaded earlier, newest first.
 * @param {string} folder
 * @returns {string | undefined}
 */
const managedBrowser = (folder) => {
  if (!existsSync(folder)) return undefined;
  return readdirSync(folder)
    .filter((name) => /^chromium-\d+$/.test(name))
    .sort((a, b) => Number(b.slice(9)) - Number(a.slice(9)))
    .flatMap((name) => [
      join(folder, name, 'chrome-linux', 'chrome'),
      join(folder, name, 'chrome-linux64', 'chrome'),
      join(folder, name, 'chrome-mac', 'Chromium.app', 'Contents', 'MacOS', 'Chromium'),
    ])
    .find(isExecutable);
};

/**
 * Path of a Chromium on this machine: the one named by `CHROMIUM_PATH`, else one that the system
 * has, else one that Playwright manages. Undefined when there is none.
 * @param {NodeJS.ProcessEnv} [env]
 * @param {NodeJS.Platform} [platform]
 * @returns {string | undefined}
 */
export const findBrowser = (env = process.env, platform = process.platform) => {
  if (env.CHROMIUM_PATH && isExecutable(env.CHROMIUM_PATH)) return env.CHROMIUM_PATH;
  const onPath = (env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .flatMap((folder) => COMMANDS.map((command) => join(folder, command)));
  const places = platform === 'darwin' ? MAC_PLACES : [];
  return (
    [...onPath, ...places].find(isExecutable) ?? managedBrowser(playwrightFolder(env, platform))
  );
};

/**
 * Switches for a browser that runs alone on a test machine: no sandbox (containers have none), no
 * traffic of its own, peers on the loopback address by number, and no throttling of pages that are
 * not in front, because every node of a test is such a page. Nor the pages of the browser's own that
 * it prepares with each window for its address bar: on a slow machine they take half a second of
 * both processors while the page under test starts, and a visitor's browser had them long before.
 */
export const BROWSER_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--allow-loopback-in-peer-connection',
  '--disable-features=WebRtcHideLocalIpsWithMdns,WebUIOmniboxPopup,WebUIOmniboxAimPopup',
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows',
];
