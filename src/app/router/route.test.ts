import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { infoHash } from '../../shared/units.ts';
import { formatRoute, parseRoute, sectionOf, type Route } from './route.ts';

const HASH = infoHash('ab'.repeat(20));
const MAGNET = `magnet:?xt=urn:btih:${HASH}&dn=A+film%26more`;

describe('parseRoute', () => {
  it.each<[string, Route]>([
    ['', { view: 'home' }],
    ['#', { view: 'home' }],
    ['#/', { view: 'home' }],
    ['#/seed', { view: 'seed' }],
    ['#/payments/', { view: 'payments' }],
    ['#/wallet', { view: 'wallet' }],
    ['#/settings', { view: 'settings' }],
    ['#/health/', { view: 'health' }],
    [`#/watch/${HASH.toUpperCase()}`, { view: 'watch', infoHash: HASH }],
    [`#/watch?magnet=${encodeURIComponent(MAGNET)}`, { view: 'link', source: MAGNET }],
    [`#/watch?magnet=${MAGNET}`, { view: 'link', source: MAGNET }],
    ['#/watch?magnet=nonsense', { view: 'link', source: null }],
    ['#/watch?magnet=%', { view: 'link', source: null }],
    ['#/watch/123', { view: 'unknown' }],
    ['#main', { view: 'unknown' }],
    ['#/__proto__', { view: 'unknown' }],
  ])('%s', (hash, route) => {
    expect(parseRoute(hash)).toEqual(route);
  });

  it('takes any hash without throwing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const hash of [`#${text}`, `#/watch?magnet=${text}`, `#/watch/${text}`]) {
          expect(parseRoute(hash)).toHaveProperty('view');
        }
      }),
    );
  });

  it.each<Route>([
    { view: 'home' },
    { view: 'watch', infoHash: HASH },
    { view: 'link', source: MAGNET },
    { view: 'link', source: HASH },
    { view: 'seed' },
    { view: 'payments' },
    { view: 'wallet' },
    { view: 'settings' },
    { view: 'health' },
  ])('is the reverse of formatRoute: %j', (route) => {
    expect(parseRoute(formatRoute(route))).toEqual(route);
  });
});

describe('sectionOf', () => {
  it('counts titles to the library', () => {
    expect(sectionOf({ view: 'watch', infoHash: HASH })).toBe('home');
    expect(sectionOf({ view: 'wallet' })).toBe('wallet');
    expect(sectionOf({ view: 'unknown' })).toBeNull();
  });
});
