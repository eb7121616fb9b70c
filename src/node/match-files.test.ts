import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchFiles } from './match-files.ts';

const file = (name: string, size: number) => ({ name, size });

describe('files that are chosen again', () => {
  it('come into the order of the torrent, whatever the order of choice', () => {
    const wanted = fc.uniqueArray(
      fc.record({ path: fc.stringMatching(/^[a-z]{1,6}$/), length: fc.nat(5) }),
      { minLength: 1, maxLength: 8, selector: ({ path }) => path },
    );
    fc.assert(
      fc.property(wanted, fc.array(fc.nat(100), { minLength: 8, maxLength: 8 }), (files, keys) => {
        const chosen = files
          .map(({ path, length }, at) => ({ key: keys[at] ?? 0, ...file(path, length) }))
          .sort((a, b) => a.key - b.key);
        const matched = matchFiles(files, chosen);
        expect(matched.ok && matched.value.map(({ name }) => name)).toEqual(
          files.map(({ path }) => path),
        );
      }),
    );
  });

  it('may have been renamed and be among others', () => {
    const matched = matchFiles(
      [
        { path: 'show/one.mp4', length: 10 },
        { path: 'show/two.mp4', length: 10 },
      ],
      [file('other.txt', 3), file('renamed.mp4', 10), file('one.mp4', 10)],
    );
    expect(matched.ok && matched.value.map(({ name }) => name)).toEqual(['one.mp4', 'renamed.mp4']);
  });

  it('are refused by name when one is missing or has another length', () => {
    const wanted = [
      { path: 'a', length: 1 },
      { path: 'b', length: 2 },
    ];
    expect(matchFiles(wanted, [file('a', 1), file('b', 3)])).toMatchObject({
      ok: false,
      error: { code: 'bad-input', message: expect.stringContaining('“b”') as string },
    });
    expect(matchFiles([{ path: 'a', length: 1 }], [file('new', 9)])).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('“new” has another length') as string },
    });
  });
});
