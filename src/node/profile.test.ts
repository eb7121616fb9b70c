import { describe, expect, it } from 'vitest';
import { DEFAULT_PROFILE, profileOf } from './profile.ts';

const of = (query: string): string => profileOf(new URL(`https://example.test/${query}`));

describe('profileOf', () => {
  it('takes a plain name', () => {
    expect(of('?profile=sample-seller')).toBe('sample-seller');
  });

  it.each(['', '?profile=', '?profile=../main', '?profile=A', `?profile=${'a'.repeat(33)}`])(
    'falls back to the default for %j',
    (query) => {
      expect(of(query)).toBe(DEFAULT_PROFILE);
    },
  );
});
