import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { precacheList } from './service-worker.mjs';

let folder: string;
const put = (path: string, content = 'x'): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rivulet-precache-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('precacheList', () => {
  it('keeps the shell and leaves out film, configuration, maps, notices and itself', () => {
    put('index.html');
    put('assets/index-DUJ74ark.js');
    put('assets/index-DUJ74ark.js.map');
    put('icons/rivulet.svg');
    put('icons/rivulet-512.png');
    put('sample/rivulet-sample.mp4');
    put('config.json');
    put('licences.txt');
    put('.inputs');
    put('sw.js');
    expect(precacheList(folder).map(({ url }) => url)).toEqual([
      'assets/index-DUJ74ark.js',
      'icons/rivulet.svg',
      'index.html',
    ]);
  });

  it('gives a revision to files whose name does not change with their content', () => {
    put('index.html', 'one');
    put('assets/index-DUJ74ark.js');
    const revision = () => precacheList(folder).map((entry) => entry.revision);
    const before = revision();
    expect(before[0]).toBeNull();
    put('index.html', 'two');
    expect(revision()[1]).not.toBe(before[1]);
  });
});
