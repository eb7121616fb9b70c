import { describe, expect, it } from 'vitest';
import { infoHash, type InfoHash } from '../shared/units.ts';
import { createKeptLinks } from './kept-links.ts';

const hash = (number: number): InfoHash => infoHash(number.toString(16).padStart(40, '0'));
const clock = { now: () => 7_000 };
const storageOf = (texts: Map<string, string>) => () => ({
  getItem: (key: string) => texts.get(key) ?? null,
  setItem: (key: string, value: string) => void texts.set(key, value),
});
const open = (texts: Map<string, string>, now = clock) =>
  createKeptLinks(storageOf(texts), 'ada', now);

describe('kept links', () => {
  it('are there after a restart, as they were told last, until they are not needed', () => {
    const texts = new Map<string, string>();
    const links = open(texts);
    links.keep(hash(1), 'magnet:one');
    links.keep(hash(2), 'magnet:two');
    const later = open(texts, { now: () => 99_000 });
    later.keep(hash(1), 'magnet:more');
    const again = open(texts);
    expect(again.of(hash(1))).toEqual({ infoHash: hash(1), link: 'magnet:more', addedAt: 7 });
    expect(again.all().map(({ link }) => link)).toEqual(['magnet:two', 'magnet:more']);
    again.keep(hash(2), null);
    expect(open(texts).of(hash(2))).toBeNull();
  });

  it('are the newest few, none of them long', () => {
    const texts = new Map<string, string>();
    const links = open(texts);
    for (let number = 0; number < 100; number += 1) links.keep(hash(number), `magnet:${number}`);
    links.keep(hash(200), 'x'.repeat(100_000));
    expect(links.all()).toHaveLength(64);
    expect(links.of(hash(0))).toBeNull();
    expect(links.of(hash(99))).not.toBeNull();
    expect(links.of(hash(200))).toBeNull();
  });

  it('are none where storage holds something else or is forbidden', () => {
    const key = 'rivulet:ada:links';
    const row = { infoHash: hash(1), link: 'magnet:one', addedAt: 1 };
    for (const text of ['{', '7', '[null]', JSON.stringify([{ ...row, link: 7 }])]) {
      expect(open(new Map([[key, text]])).all()).toEqual([]);
    }
    for (const bad of [{ infoHash: 'zz' }, { addedAt: 0.5 }, { link: 'x'.repeat(100_000) }]) {
      expect(open(new Map([[key, JSON.stringify([{ ...row, ...bad }, row])]])).all()).toEqual([
        row,
      ]);
    }
    const forbidden = createKeptLinks(
      () => {
        throw new Error('forbidden');
      },
      'ada',
      clock,
    );
    forbidden.keep(hash(1), 'magnet:one');
    expect(forbidden.of(hash(1))?.link).toBe('magnet:one');
  });
});
