import { describe, expect, it } from 'vitest';
import { findFile, mainFile } from './api-views.ts';
import { file, FILES, HASH, view } from './testing/api.ts';

describe('JSON of the API', () => {
  it('finds files by path, name and index, and the one that a person means', () => {
    const torrent = view(HASH, [...FILES, file(3, '1', 5, 'other')]);
    expect(findFile(torrent, 'Film/film.mp4')?.index).toBe(1);
    expect(findFile(torrent, '1')?.index).toBe(3);
    expect(findFile(torrent, '2')?.index).toBe(2);
    expect(findFile(torrent, '-1')).toBeNull();
    expect(mainFile(torrent)?.index).toBe(1);
    expect(
      mainFile(
        view(
          HASH,
          FILES.filter((each) => each.kind !== 'video'),
        ),
      )?.index,
    ).toBe(2);
    expect(mainFile(view(HASH, []))).toBeNull();
  });
});
