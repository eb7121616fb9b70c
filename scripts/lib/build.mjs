import { createHash } from 'node:crypto';
import {
  existsSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { ROOT, giveUp, run } from './process.mjs';

/** Files and folders that decide what a build contains. */
const INPUTS = [
  'index.html',
  'package-lock.json',
  'public',
  'src',
  'svelte.config.js',
  'tsconfig.base.json',
  'tsconfig.page.json',
  'vite.config.ts',
];
const STAMP = '.inputs';

/**
 * Paths of all files below `path` that can change a build, relative to `root`, in a fixed order.
 * @param {string} root
 * @param {string} path
 * @returns {string[]}
 */
const filesBelow = (root, path) => {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  if (!statSync(full).isDirectory()) return /\.(test\.ts|md)$/.test(path) ? [] : [path];
  return readdirSync(full)
    .sort()
    .flatMap((name) => filesBelow(root, `${path}/${name}`));
};

/**
 * Digest of everything a build is made from. By content, since a checkout changes the times of
 * files that stay the same.
 * @param {string} root
 * @returns {string}
 */
export const inputsDigest = (root) => {
  const hash = createHash('sha256');
  for (const path of INPUTS.flatMap((input) => filesBelow(root, input))) {
    const content = readFileSync(join(root, path));
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
};

/**
 * Whether `dist/` was made from the sources as they are now.
 * @param {string} root
 */
export const isBuildFresh = (root) => {
  const stamp = join(root, 'dist', STAMP);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === inputsDigest(root);
};

/**
 * Builds the app into `dist/`. A failed build leaves the last good one in place.
 * @returns {Promise<boolean>} whether it succeeded
 */
export const build = async () => {
  const digest = inputsDigest(ROOT);
  const next = join('.cache', `dist-${process.pid}`);
  const args = ['build', '--outDir', next, '--emptyOutDir', '--logLevel', 'warn'];
  const { code } = await run('vite', args, { toStderr: true });
  if (code === 0) {
    writeFileSync(join(ROOT, next, STAMP), digest);
    rmSync(join(ROOT, 'dist'), { recursive: true, force: true });
    renameSync(join(ROOT, next), join(ROOT, 'dist'));
  }
  rmSync(join(ROOT, next), { recursive: true, force: true });
  return code === 0;
};

/** Builds the app if the sources have changed since the last build. */
export const ensureBuild = async () => {
  if (isBuildFresh(ROOT)) return;
  console.error('Building the app…');
  if (!(await build())) giveUp('The build failed; see above.');
};
