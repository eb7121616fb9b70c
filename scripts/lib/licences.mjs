import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Compiled into the app although it is a tool in package.json. */
const COMPILED_IN = ['svelte'];

/** Packages that name a licence file which they do not contain; another package has the same. */
const SAME_LICENCE_AS = new Map([['@bsv/wallet-toolbox-client', '@bsv/sdk']]);

/**
 * @typedef {{ name: string, version: string, license?: string, browser?: string | Record<string,
 *   unknown>, dependencies?: Record<string, string> }} Manifest
 */

/**
 * Folder of package `name` as `from` sees it.
 * @param {string} name
 * @param {string} from
 * @returns {string | undefined}
 */
const packageFolder = (name, from) => {
  const here = join(from, 'node_modules', name);
  if (existsSync(join(here, 'package.json'))) return here;
  return dirname(from) === from ? undefined : packageFolder(name, dirname(from));
};

/**
 * @param {string} folder
 * @returns {Manifest}
 */
const manifestOf = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/**
 * Folders of all packages that may end in the app: what package.json names under `dependencies`,
 * and what that needs, except for what a package says it leaves out in browsers.
 * @param {string} root
 * @returns {string[]} sorted, each once
 */
export const shippedPackages = (root) => {
  /** @type {Set<string>} */
  const found = new Set();
  /** @type {(name: string, from: string) => void} */
  const visit = (name, from) => {
    const folder = packageFolder(name, from);
    if (folder === undefined || found.has(folder)) return;
    found.add(folder);
    const { browser, dependencies = {} } = manifestOf(folder);
    const left = typeof browser === 'object' ? browser : {};
    for (const next of Object.keys(dependencies)) if (left[next] !== false) visit(next, folder);
  };
  for (const name of Object.keys(manifestOf(root).dependencies ?? {})) visit(name, root);
  for (const name of COMPILED_IN) visit(name, root);
  return [...found].sort();
};

/**
 * Text of the licence in `folder`, or undefined.
 * @param {string} folder
 */
const licenceText = (folder) => {
  const file = readdirSync(folder).find((name) => /^(licen[cs]e|copying)/i.test(name));
  return file === undefined ? undefined : readFileSync(join(folder, file), 'utf8').trim();
};

/**
 * The notices that must travel with the app.
 * @param {string} root
 * @returns {string}
 */
export const licenceNotices = (root) => {
  const notices = shippedPackages(root).map((folder) => {
    const { name, version, license } = manifestOf(folder);
    const lender = SAME_LICENCE_AS.get(name);
    const text = licenceText(folder) ?? (lender && licenceText(join(root, 'node_modules', lender)));
    return `${name} ${version}\n\n${text ?? `Licence: ${license ?? 'not stated'}`}\n`;
  });
  const own = `Rivulet\n\n${readFileSync(join(root, 'LICENSE'), 'utf8').trim()}\n`;
  return [own, ...notices].join(`\n${'-'.repeat(72)}\n\n`);
};
