import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { licenceNotices, shippedPackages } from './licences.mjs';
import { ROOT } from './process.mjs';

describe('shippedPackages', () => {
  const names = shippedPackages(ROOT).map((folder) => basename(folder));

  it('follows dependencies, and leaves out tools and what has no place in a browser', () => {
    expect(names).toEqual(expect.arrayContaining(['sdk', 'webtorrent', 'bittorrent-protocol']));
    expect(names).toContain('svelte');
    expect(names).not.toContain('typescript');
    expect(names).not.toContain('bittorrent-dht');
  });

  it('names each folder once', () => {
    const folders = shippedPackages(ROOT);
    expect(new Set(folders).size).toBe(folders.length);
  });
});

describe('licenceNotices', () => {
  const text = licenceNotices(ROOT);

  it('carries the notice that the Bitcoin SV libraries ask for, for each of them', () => {
    expect(text).toMatch(/@bsv\/sdk [\d.]+\s+Open BSV License/);
    expect(text).toMatch(/@bsv\/wallet-toolbox-client [\d.]+\s+Open BSV License/);
  });

  it('starts with our own', () => {
    expect(text).toMatch(/^Rivulet\s+MIT License/);
  });
});
