import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rest } from './en/rest.ts';

const APP = join(import.meta.dirname, '..');

/** Files that come with the page, from its door on: what is imported, and not when it is needed. */
const firstFiles = (): string[] => {
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path) || !path.startsWith(APP) || !existsSync(path)) return;
    seen.add(path);
    const text = readFileSync(path, 'utf8');
    for (const [, type, from] of text.matchAll(/^\s*import (type )?[^;]*?'(\.[^']+)';/gm)) {
      if (type === undefined && from !== undefined) visit(join(dirname(path), from));
    }
  };
  visit(join(APP, 'mount.ts'));
  return [...seen];
};

describe('the words that come with the page', () => {
  const files = firstFiles();

  it('are those of Home and the shell', () => {
    expect(files.map((path) => path.slice(APP.length + 1))).toEqual(
      expect.arrayContaining(['App.svelte', 'views/Home.svelte', 'i18n/en/first.ts']),
    );
    expect(files).not.toContain(join(APP, 'i18n/en/rest.ts'));
  });

  it('are all that is said before others are fetched', () => {
    const late = new Set(Object.keys(rest));
    const missing = files
      // Says why the browser refused what a person asked for in a later view.
      .filter((path) => !path.endsWith('state/storage.svelte.ts'))
      .flatMap((path) =>
        [...readFileSync(path, 'utf8').matchAll(/'(\w+\.\w+)'/g)]
          .flatMap(([, key]) => key ?? [])
          .filter((key) => late.has(key))
          .map((key) => `${path.slice(APP.length + 1)}: ${key}`),
      );
    expect(missing).toEqual([]);
  });
});
