import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

// The nodes of these tests have no trackers, so that the library's own text has to tell.
it('hears of all titles that share a tracker, and tells its own by this hash', () => {
  const library = readFileSync('node_modules/webtorrent/dist/webtorrent.min.js', 'utf8');
  expect(library).toMatch(
    /_onAnnounceResponse\(\w+\)\{if\(\w+\.info_hash!==this\.client\._infoHashBinary\)/,
  );
  expect(library).toMatch(/this\._infoHashBinary=\w+\(this\.infoHash\)/);
});
