import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanPath, kindOf } from './paths.ts';

describe('paths', () => {
  it('never climb, are never absolute or empty, and have no unseen characters', () => {
    const parts = fc.array(
      fc.oneof(fc.constantFrom('..', '.', '/', '\\', '\u202e', '\0'), fc.string()),
    );
    fc.assert(
      fc.property(parts, (pieces) => {
        const path = cleanPath(pieces.join(''));
        expect(path).not.toMatch(/^\/|\\|[\p{Cc}\p{Cf}\p{Cs}]/u);
        for (const segment of path.split('/')) expect(segment).not.toMatch(/^\.*$/u);
      }),
    );
  });

  it('keep what is harmless', () => {
    expect(cleanPath('Season 1/Épisode 01 – “Начало”.mkv')).toBe(
      'Season 1/Épisode 01 – “Начало”.mkv',
    );
    expect(cleanPath('../../etc/passwd')).toBe('_/_/etc/passwd');
    expect(cleanPath('film\u202egpm.exe')).toBe('filmgpm.exe');
  });

  it.each([
    ['film.MP4', 'video'],
    ['a.b.srt', 'subtitles'],
    ['song.flac', 'audio'],
    ['cover.jpeg', 'image'],
    ['readme', 'other'],
    ['setup.exe', 'other'],
    ['notes.pdf', 'document'],
  ])('%s is %s', (name, kind) => {
    expect(kindOf(name)).toBe(kind);
  });
});
