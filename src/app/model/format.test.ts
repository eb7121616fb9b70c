import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatClock,
  formatDuration,
  formatSat,
  formatShare,
  formatTime,
  shortId,
} from './format.ts';

describe('formatSat', () => {
  it('separates thousands and names the unit, in the language of the reader', () => {
    expect(formatSat(1_088, 'en')).toBe('1,088 sat');
    expect(formatSat(1_234_567, 'de')).toBe('1.234.567 sat');
    expect(formatSat(8.5, 'en', 3)).toBe('8.5 sat');
    expect(formatSat(8.5, 'de', 3)).toBe('8,5 sat');
  });

  it('loses no digit of any whole amount', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 21e14 }), (sat) => {
        expect(Number(formatSat(sat, 'en').replace(/[^\d]/g, ''))).toBe(sat);
      }),
    );
  });
});

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '0.98 KiB'],
    [16_384, '16 KiB'],
    [1_048_576, '1 MiB'],
    [12_900_000, '12.3 MiB'],
    [1024 ** 3 * 1.5, '1.5 GiB'],
  ])('%d is %s', (bytes, text) => {
    expect(formatBytes(bytes, 'en')).toBe(text);
  });

  it('never shows more than three digits before the point below a TiB', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 900 * 1024 ** 3 }), (bytes) => {
        expect(formatBytes(bytes, 'en')).toMatch(/^\d{1,3}(\.\d{1,2})? ([KMG]i)?B$/);
      }),
    );
  });
});

describe('formatShare', () => {
  it('says 100 % of nothing but the whole', () => {
    expect(formatShare(1, 'en')).toBe('100 %');
    expect(formatShare(0.9999, 'en')).toBe('99 %');
    expect(formatShare(-1, 'en')).toBe('0 %');
    expect(formatShare(0.416, 'de')).toBe('41 %');
  });
});

describe('durations and places in a film', () => {
  it.each([
    [48, '48 s'],
    [59.6, '1 min'],
    [720, '12 min'],
    [3600, '1 h'],
    [3900, '1 h 5 min'],
  ])('%d s is %s', (seconds, text) => {
    expect(formatDuration(seconds, 'en')).toBe(text);
  });

  it.each([
    [0, '0:00'],
    [247.9, '4:07'],
    [3909, '1:05:09'],
  ])('%d s is at %s', (seconds, text) => {
    expect(formatClock(seconds)).toBe(text);
  });
});

describe('formatTime', () => {
  const time = new Date(2025, 4, 6, 7, 8).getTime();

  it('leaves the year off only in that year', () => {
    expect(formatTime(time, 'en', new Date(2025, 11, 31).getTime())).not.toContain('2025');
    expect(formatTime(time, 'en', new Date(2026, 0, 1).getTime())).toContain('2025');
  });
});

describe('shortId', () => {
  it('keeps both ends of what is long', () => {
    expect(shortId(`02ab34cd${'0'.repeat(54)}9f1e`)).toBe('02ab34cd…9f1e');
    expect(shortId('short')).toBe('short');
  });
});
