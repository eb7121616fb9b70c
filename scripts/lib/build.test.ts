import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inputsDigest, isBuildFresh } from './build.mjs';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rivulet-build-'));
  mkdirSync(join(root, 'src/app'), { recursive: true });
  mkdirSync(join(root, 'dist'));
  writeFileSync(join(root, 'index.html'), '<html>');
  writeFileSync(join(root, 'src/app/a.ts'), 'export const a = 1;');
});
afterEach(() => rmSync(root, { recursive: true }));

describe('inputsDigest', () => {
  it('changes with content, name and number of files', () => {
    const digests = [inputsDigest(root)];
    writeFileSync(join(root, 'src/app/a.ts'), 'export const a = 2;');
    digests.push(inputsDigest(root));
    writeFileSync(join(root, 'src/b.ts'), '');
    digests.push(inputsDigest(root));
    rmSync(join(root, 'src/b.ts'));
    writeFileSync(join(root, 'src/c.ts'), '');
    digests.push(inputsDigest(root));
    expect(new Set(digests).size).toBe(4);
  });

  it('stays the same when only times, tests or notes change', () => {
    const before = inputsDigest(root);
    utimesSync(join(root, 'index.html'), 1, 1);
    writeFileSync(join(root, 'src/app/a.test.ts'), 'x');
    writeFileSync(join(root, 'src/README.md'), 'x');
    expect(inputsDigest(root)).toBe(before);
  });
});

describe('isBuildFresh', () => {
  it('holds only for a stamp of the same inputs', () => {
    expect(isBuildFresh(root)).toBe(false);
    writeFileSync(join(root, 'dist/.inputs'), inputsDigest(root));
    expect(isBuildFresh(root)).toBe(true);
    writeFileSync(join(root, 'index.html'), '<html lang="en">');
    expect(isBuildFresh(root)).toBe(false);
  });
});
