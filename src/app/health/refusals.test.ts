import { expect, test } from 'vitest';
import { en } from '../i18n/en.ts';
import { refusalOf } from './refusals.ts';

test('every code that a payee may answer with has words', () => {
  const codes = [
    'too-many',
    'bad-terms',
    'terms-expired',
    'unknown-channel',
    'duplicate-channel',
    'bad-funding',
    'funding-unseen',
    'funding-double-spent',
    'capacity-too-small',
    'refund-too-early',
    'bad-signature',
    'over-capacity',
    'channel-closed',
    'not-settled',
    'internal',
  ];
  for (const code of codes) expect(en).toHaveProperty([refusalOf(code) ?? ''], expect.any(String));
});

test('a code that is not known has none, nor what every object has', () => {
  expect(refusalOf('later')).toBeNull();
  expect(refusalOf('toString')).toBeNull();
});
