import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StorageUse } from '../../shared/ports/storage.ts';
import { infoHash, satoshi, type InfoHash } from '../../shared/units.ts';
import { fileView, HASH, torrentView } from '../testing/views.ts';
import { expectedBytes, freeBytes, proposal, storedTitles, type StoredTitle } from './storage.ts';

const hashOf = (at: number): InfoHash => infoHash(at.toString(16).padStart(40, '0'));
const stored = (at: number, change: Partial<StoredTitle> = {}): StoredTitle => ({
  infoHash: hashOf(at),
  name: `title ${at}`,
  bytes: 100,
  usedAt: at,
  paidSat: 0,
  part: false,
  busy: false,
  ...change,
});
const use = (change: Partial<StorageUse> = {}): StorageUse => ({
  mode: 'opfs',
  used: 600,
  quota: 1_000,
  persisted: false,
  titles: [],
  ...change,
});

describe('storage', () => {
  it('knows what is free, and when nobody knows', () => {
    expect(freeBytes(use())).toBe(400);
    expect(freeBytes(use({ used: 2_000 }))).toBe(0);
    expect(freeBytes(use({ quota: null }))).toBeNull();
  });

  it('counts what every download still wants, but for one', () => {
    const files = [
      fileView({ length: 100, held: 30, selected: true }),
      fileView({ index: 1, length: 50, selected: false }),
    ];
    const running = torrentView({ status: 'downloading', files });
    const other = torrentView({ ...running, infoHash: hashOf(5) });
    const resting = torrentView({ ...running, infoHash: hashOf(6), status: 'paused' });
    expect(expectedBytes([running, other, resting])).toBe(140);
    expect(expectedBytes([running, other, resting], HASH)).toBe(70);
  });

  it('tells of each title what was paid and whether it is whole', () => {
    const titles = [
      { infoHash: HASH, name: 'on disk', bytes: 10, usedAt: 1 },
      { infoHash: hashOf(7), name: 'left the library', bytes: 20, usedAt: 2 },
      { infoHash: hashOf(8), name: 'seeded in place', bytes: 0, usedAt: 3 },
    ];
    const list = storedTitles(
      use({ titles }),
      (hash) => (hash === HASH ? torrentView({ held: 1_048_576, name: 'film' }) : null),
      (hash) => ({ paidSat: satoshi(hash === HASH ? 5 : 0) }),
    );
    expect(list).toMatchObject([
      { name: 'film', paidSat: 5, part: false, busy: false },
      { name: 'left the library', paidSat: 0, part: true, busy: false },
    ]);
  });

  it('proposes what was used longest ago, and never what is half paid or under way', () => {
    const titles = [
      stored(1, { part: true, paidSat: 3 }),
      stored(2, { busy: true }),
      stored(3, { part: true }),
      stored(4, { paidSat: 9 }),
      stored(5),
    ];
    expect([...proposal(titles, 0)]).toEqual([]);
    expect([...proposal(titles, 150)]).toEqual([hashOf(3), hashOf(4)]);
    expect([...proposal(titles, 5_000)]).toEqual([hashOf(3), hashOf(4), hashOf(5)]);
  });

  it('proposes enough where there is enough, and nothing that is not needed', () => {
    const title = fc.record({
      bytes: fc.integer({ min: 1, max: 1_000 }),
      part: fc.boolean(),
      busy: fc.boolean(),
      paidSat: fc.nat(3),
    });
    fc.assert(
      fc.property(fc.array(title, { maxLength: 20 }), fc.nat(8_000), (changes, lacking) => {
        const titles = changes.map((change, at) => stored(at + 1, change));
        const chosen = proposal(titles, lacking);
        const going = titles.filter(({ infoHash: hash }) => chosen.has(hash));
        const sum = (list: readonly StoredTitle[]): number =>
          list.reduce((total, { bytes }) => total + bytes, 0);
        expect(going.every(({ busy, part, paidSat }) => !busy && !(part && paidSat > 0))).toBe(
          true,
        );
        const free = titles.filter(({ busy, part, paidSat }) => !busy && !(part && paidSat > 0));
        expect(sum(going) >= lacking || going.length === free.length).toBe(true);
        expect(going.length === 0 || sum(going.slice(0, -1)) < lacking).toBe(true);
      }),
    );
  });
});
