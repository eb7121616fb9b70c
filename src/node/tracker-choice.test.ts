import { describe, expect, it } from 'vitest';
import { fail, ok, type Result } from '../shared/result.ts';
import { createTrackerChoice } from './tracker-choice.ts';

const usual = ['wss://one.example', 'wss://two.example'];

const decode = (list: unknown): Result<readonly string[]> =>
  Array.isArray(list) && list.every((url) => String(url).startsWith('wss:'))
    ? ok(list.map(String))
    : fail('bad-input', 'No tracker.');

const shelf = (kept: Record<string, string> = {}) => ({
  kept,
  getItem: (key: string) => kept[key] ?? null,
  setItem: (key: string, value: string) => {
    kept[key] = value;
  },
  removeItem: (key: string) => {
    delete kept[key];
  },
});

describe('the trackers of a profile', () => {
  it('are the usual ones until others are chosen, which hold from the next start on', () => {
    const storage = shelf();
    const parts = { profile: 'main', usual, storage: () => storage, decode };
    const choice = createTrackerChoice(parts);
    expect(choice.running).toEqual(usual);
    expect(choice.choose(['wss://own.example'])).toEqual(ok(['wss://own.example']));
    expect([choice.running, choice.next()]).toEqual([usual, ['wss://own.example']]);
    expect(createTrackerChoice(parts).running).toEqual(['wss://own.example']);
    expect(createTrackerChoice({ ...parts, profile: 'other' }).running).toEqual(usual);
    expect(choice.choose(null)).toEqual(ok(usual));
    expect(createTrackerChoice(parts).running).toEqual(usual);
  });

  it('stay as they are when the list is empty, wrong or cannot be kept', () => {
    const storage = shelf();
    const parts = { profile: 'main', usual, storage: () => storage, decode };
    const choice = createTrackerChoice(parts);
    expect(choice.choose(['http://x'])).toMatchObject({ error: { code: 'bad-input' } });
    expect(choice.choose([])).toMatchObject({ error: { code: 'bad-input' } });
    expect(storage.kept).toEqual({});
    const closed = createTrackerChoice({
      ...parts,
      storage: () => {
        throw new Error('no storage here');
      },
    });
    expect(closed.choose(['wss://own.example'])).toMatchObject({ error: { code: 'storage' } });
    expect(closed.running).toEqual(usual);
  });

  it.each(['{', '"text"', '[]', '["http://x"]', 'null'])(
    'forget %s, which makes no sense',
    (text) => {
      const storage = shelf({ 'rivulet:main:trackers': text });
      const choice = createTrackerChoice({
        profile: 'main',
        usual,
        storage: () => storage,
        decode,
      });
      expect(choice.running).toEqual(usual);
    },
  );
});
