import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findBrowser } from './browser.mjs';

let root: string;
const program = (path: string): string => {
  const full = join(root, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, '');
  chmodSync(full, 0o755);
  return full;
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rivulet-browser-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const find = (env: NodeJS.ProcessEnv) =>
  findBrowser({ PLAYWRIGHT_BROWSERS_PATH: join(root, 'managed'), ...env }, 'linux');

describe('findBrowser', () => {
  it('takes the named one, then one on the path, then the newest managed one', () => {
    const named = program('named/chrome');
    const onPath = program('bin/chromium');
    program('managed/chromium-999/chrome-linux/chrome');
    const newest = program('managed/chromium-1200/chrome-linux64/chrome');
    const path = `${join(root, 'empty')}:${join(root, 'bin')}`;
    expect(find({ CHROMIUM_PATH: named, PATH: path })).toBe(named);
    expect(find({ PATH: path })).toBe(onPath);
    expect(find({})).toBe(newest);
  });

  it('passes over what cannot be run', () => {
    const onPath = program('bin/google-chrome');
    chmodSync(program('named/chrome'), 0o644);
    const named = join(root, 'named/chrome');
    expect(find({ CHROMIUM_PATH: join(root, 'gone'), PATH: join(root, 'bin') })).toBe(onPath);
    // root may read anything, but may run only what somebody may run
    expect(find({ CHROMIUM_PATH: named, PATH: '' })).toBeUndefined();
  });
});
