import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SETTINGS_RANGES, type SettingsFigure } from '../../shared/settings-ranges.ts';
import { emptySnapshot } from '../testing/payments.ts';
import { draftOf, filmHourCost, isFigure, reachOf, settingsOf } from './settings.ts';

const { settings } = emptySnapshot();
const FIGURES = Object.keys(SETTINGS_RANGES) as SettingsFigure[];

describe('a draft of the settings', () => {
  it('stands for what it was made of', () => {
    expect(settingsOf(draftOf(settings))).toEqual(settings);
  });

  it.each(FIGURES)('is nothing while %s is empty, broken or out of range', (name) => {
    const { min, max } = SETTINGS_RANGES[name];
    for (const value of [null, NaN, min - 1, max + 1, min + 0.5]) {
      expect(settingsOf({ ...draftOf(settings), [name]: value })).toBeNull();
    }
    for (const value of [min, max]) {
      expect(settingsOf({ ...draftOf(settings), [name]: value })).not.toBeNull();
    }
  });

  it('never says yes to what is no whole number', () => {
    fc.assert(
      fc.property(fc.constantFrom(...FIGURES), fc.double(), (name, value) => {
        expect(isFigure(name, value)).toBe(
          Number.isSafeInteger(value) &&
            value >= SETTINGS_RANGES[name].min &&
            value <= SETTINGS_RANGES[name].max,
        );
      }),
    );
  });
});

describe('what a budget buys', () => {
  it('is reckoned in bytes and in hours of film', () => {
    const hour = filmHourCost(1_088);
    expect(hour).toBe(2_334_595);
    expect(reachOf(hour, 1_088)?.seconds).toBe(3_600);
    expect(reachOf(1_088, 1_088)).toEqual({ bytes: 1_048_576, seconds: 1 });
    expect(reachOf(5, 0)).toBeNull();
  });
});
