import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { en } from '../i18n/en.ts';
import { refusalOf } from './refusals.ts';

/** Codes that the protocol's table of errors lets a payee alone answer with. */
const ofPayees = (): string[] => {
  const text = readFileSync(new URL('../../../docs/protocol.md', import.meta.url), 'utf8');
  const rows = text.matchAll(/^\| \d+ +\| `([\w-]+)` +\|[^|]*\| payee +\|/gm);
  return [...rows].flatMap(([, code]) => code ?? []);
};

test('every code that a payee may answer with has words', () => {
  const codes = ofPayees();
  expect(codes).toContain('bad-funding');
  for (const code of [...codes, 'too-many', 'internal']) {
    expect(en).toHaveProperty([refusalOf(code) ?? code], expect.any(String));
  }
});

test('a code that is not known has none, nor what every object has', () => {
  expect(refusalOf('later')).toBeNull();
  expect(refusalOf('toString')).toBeNull();
});
