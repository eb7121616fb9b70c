import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, giveUp, run } from './process.mjs';

/**
 * @typedef {{ version?: string, optional?: boolean, devOptional?: boolean, link?: boolean }} Entry
 * @typedef {{ packages?: Record<string, Entry> }} Lockfile
 */

/**
 * Whether what is installed is what the lockfile asks for. npm writes down what it installed in
 * `node_modules/.package-lock.json`, last of all, so an interrupted install has no such file.
 * Optional packages may be missing: they belong to other platforms.
 * @param {Lockfile} wanted
 * @param {Lockfile} installed
 */
export const isInstalled = (wanted, installed) =>
  Object.entries(wanted.packages ?? {}).every(([path, entry]) => {
    if (path === '') return true;
    const found = installed.packages?.[path];
    if (found === undefined) return entry.optional === true || entry.devOptional === true;
    return found.version === entry.version;
  });

/**
 * @param {string} path
 * @returns {Lockfile | undefined}
 */
const readLockfile = (path) => {
  if (!existsSync(path)) return undefined;
  try {
    return /** @type {Lockfile} */ (JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
};

/** @param {string} root */
const needsInstall = (root) => {
  const wanted = readLockfile(join(root, 'package-lock.json'));
  const installed = readLockfile(join(root, 'node_modules', '.package-lock.json'));
  if (wanted === undefined) return giveUp('package-lock.json is missing or damaged.');
  return installed === undefined || !isInstalled(wanted, installed);
};

/** @param {string} version such as v20.19.0 */
export const isNodeRecent = (version) => {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return major > 20 || (major === 20 && minor >= 19);
};

/**
 * Installs what the lockfile names, unless it is there already; then nothing asks the network.
 * Install scripts stay off: nothing we use needs one, and they would run foreign code.
 */
export const ensureDependencies = async () => {
  if (!isNodeRecent(process.version)) {
    giveUp(`Rivulet needs Node 20.19 or newer; this is ${process.version}.`);
  }
  if (!needsInstall(ROOT)) return;
  console.error('Installing dependencies (once)…');
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  const { code } = await run('npm', args, { toStderr: true });
  if (code !== 0) giveUp('npm ci failed; see above. It needs the network this one time.');
};
