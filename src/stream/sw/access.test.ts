import { describe, expect, it } from 'vitest';
import { ownPage } from './access.ts';

const OWN = 'https://rivulet.example';
const allowed = (clientUrl: string | null, navigation: boolean, referrer: string): boolean =>
  ownPage(OWN, { clientUrl, navigation, referrer }) !== null;

describe('access', () => {
  it('lets pages of this origin in, and navigations that they led to', () => {
    expect(allowed(`${OWN}/watch?profile=x`, false, '')).toBe(true);
    expect(allowed(null, true, `${OWN}/watch`)).toBe(true);
    expect(
      ownPage(OWN, { clientUrl: `${OWN}/?profile=x`, navigation: false, referrer: '' })?.search,
    ).toBe('?profile=x');
  });

  it.each([
    [null, false, `${OWN}/`],
    [null, true, ''],
    [null, true, 'about:client'],
    [null, true, 'https://evil.example/'],
    [null, true, 'https://rivulet.example.evil.example/'],
    [null, true, 'http://rivulet.example/'],
    [`${OWN}/`, true, 'https://evil.example/'],
    ['https://evil.example/', false, ''],
    ['not a url', false, ''],
  ])('keeps out client %j, navigation %j, referrer %j', (client, navigation, referrer) => {
    expect(allowed(client, navigation, referrer)).toBe(false);
  });
});
