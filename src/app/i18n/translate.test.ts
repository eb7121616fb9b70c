import { describe, expect, it } from 'vitest';
import { de } from './de.ts';
import { en } from './en.ts';
import type { Message } from './message.ts';
import { preferredLanguage, translate, type Catalogue } from './translate.ts';

const textsOf = (message: Message): string[] =>
  typeof message === 'string' ? [message] : [message.one, message.other];
const placesOf = (message: Message): string[] =>
  [...new Set(textsOf(message).flatMap((text) => text.match(/\{\w+\}/g) ?? []))].sort();

describe('catalogues', () => {
  it('have the same keys', () => {
    expect(Object.keys(de).sort()).toEqual(Object.keys(en).sort());
  });

  it('have the same places and plural forms for each key, and no empty text', () => {
    for (const key of Object.keys(en) as (keyof Catalogue)[]) {
      expect([key, placesOf(de[key])]).toEqual([key, placesOf(en[key])]);
      expect([key, typeof de[key]]).toEqual([key, typeof en[key]]);
      for (const text of [...textsOf(de[key]), ...textsOf(en[key])]) {
        expect(text.trim(), key).not.toBe('');
      }
    }
  });
});

describe('translate', () => {
  it('fills places and writes numbers as the language does', () => {
    expect(translate(en, 'en', 'library.progress', { held: '1 MiB', of: '2 MiB' })).toBe(
      '1 MiB of 2 MiB',
    );
    expect(translate(de, 'de', 'seed.badPrice', { most: 1_073_741_824 })).toContain(
      '1.073.741.824',
    );
  });

  it('chooses the plural form by count', () => {
    expect(translate(en, 'en', 'offer.sellers', { count: 1 })).toBe('1 seeder');
    expect(translate(en, 'en', 'offer.sellers', { count: 1_200 })).toBe('1,200 seeders');
    expect(translate(en, 'en', 'watch.files', { count: 0 })).toBe('0 files');
  });

  it('leaves a place that nothing is known for as it is, and puts nothing in twice', () => {
    expect(translate(en, 'en', 'library.progress', { held: '{of}' })).toBe('{of} of {of}');
    expect(translate(en, 'en', 'library.progress', { held: '{of}', of: 'x' })).toBe('{of} of x');
  });
});

describe('preferredLanguage', () => {
  it.each([
    [['de-AT', 'en'], 'de'],
    [['fr', 'de'], 'de'],
    [['en-GB', 'de'], 'en'],
    [['fr', 'ja'], 'en'],
    [[], 'en'],
  ])('%j', (wanted, lang) => {
    expect(preferredLanguage(wanted)).toBe(lang);
  });
});
