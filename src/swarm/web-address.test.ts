import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_WEB_SEEDS } from './limits.ts';
import { fileAddress, mayFetch, usableWebSeeds } from './web-address.ts';

const rules = { loopback: false, ownOrigin: 'https://rivulet.example' };

describe('addresses of web seeds', () => {
  it.each([
    'https://films.example/a.mp4',
    'https://films.example:8443/a.mp4?key=1',
    'https://xn--bcher-kva.example/',
  ])('may be %s', (url) => expect(mayFetch(url, rules)).toBe(true));

  it.each([
    'http://films.example/a.mp4',
    'ftp://films.example/a.mp4',
    'https://rivulet.example/api/torrents',
    'https://me:secret@films.example/a.mp4',
    'https://me@films.example/a.mp4',
    'https://192.168.1.1/a',
    'https://8.8.8.8/a',
    'https://0x7f.1/a',
    'https://2130706433/a',
    'https://[::1]/a',
    'https://[fd00::1]/a',
    'https://router/a',
    'https://nas.local/a',
    'https://nas.local./a',
    'https://box.home.arpa/a',
    'https://a.localhost/a',
    'http://localhost:8080/a',
    'https://127.0.0.1/a',
    `https://films.example/${'a'.repeat(3_000)}`,
    'javascript:alert(1)',
    '',
  ])('may not be %s', (url) => expect(mayFetch(url, rules)).toBe(false));

  it('may be of this machine for a page of this machine', () => {
    const here = { loopback: true, ownOrigin: 'http://127.0.0.1:4000' };
    expect(mayFetch('http://127.0.0.1:5000/a', here)).toBe(true);
    expect(mayFetch('http://localhost:5000/a', here)).toBe(true);
    expect(mayFetch('http://127.0.0.1:4000/a', here)).toBe(false);
    expect(mayFetch('http://192.168.1.1/a', here)).toBe(false);
  });

  it('are few, each once, whatever is handed in', () => {
    const any = fc.oneof(fc.string(), fc.webUrl({ withFragments: true, validSchemes: ['https'] }));
    fc.assert(
      fc.property(fc.array(any, { maxLength: 20 }), (urls) => {
        const kept = usableWebSeeds(urls);
        expect(kept.length).toBeLessThanOrEqual(MAX_WEB_SEEDS);
        expect(new Set(kept).size).toBe(kept.length);
        for (const url of kept) {
          expect(mayFetch(url, rules)).toBe(true);
          expect(url).not.toContain('#');
        }
      }),
    );
    expect(usableWebSeeds(['https://a.example/x#1', 'https://a.example/x#2'])).toEqual([
      'https://a.example/x',
    ]);
  });
});

describe('where a file lies', () => {
  it('is the address itself for a torrent of one file, or in that folder', () => {
    expect(fileAddress('https://a.example/f.mp4?k=1', 'film.mp4', true)).toBe(
      'https://a.example/f.mp4?k=1',
    );
    expect(fileAddress('https://a.example/d/', 'a film.mp4', true)).toBe(
      'https://a.example/d/a%20film.mp4',
    );
  });

  it('is below it for one of several', () => {
    for (const seed of ['https://a.example/d', 'https://a.example/d/']) {
      expect(fileAddress(seed, 'Title/part #1/ä?.mp4', false)).toBe(
        'https://a.example/d/Title/part%20%231/%C3%A4%3F.mp4',
      );
    }
  });

  it('never leaves the folder, nor the host', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (path) => {
        const address = fileAddress('https://a.example/d/', path, false);
        if (address !== null) expect(address.startsWith('https://a.example/d/')).toBe(true);
      }),
    );
    expect(fileAddress('https://a.example/d/', '../../secret', false)).toBeNull();
    expect(fileAddress('https://a.example/d/', 'a/\ud800', false)).toBeNull();
  });
});
