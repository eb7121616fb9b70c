import { describe, expect, it } from 'vitest';
import { createWebSeedChoice, type ChoiceStorage } from './web-seeds.ts';

const memory = (): ChoiceStorage => {
  const items = new Map<string, string>();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
  };
};

describe('the choice of web seeds', () => {
  it('is yes at first, and kept for its profile only', () => {
    const storage = memory();
    const choice = createWebSeedChoice(() => storage, 'main');
    expect(choice.read()).toBe(true);
    choice.write(false);
    expect(createWebSeedChoice(() => storage, 'main').read()).toBe(false);
    expect(createWebSeedChoice(() => storage, 'other').read()).toBe(true);
    choice.write(true);
    expect(createWebSeedChoice(() => storage, 'main').read()).toBe(true);
  });

  it('holds for the session where nothing can be kept', () => {
    const choice = createWebSeedChoice(() => {
      throw new Error('forbidden');
    }, 'main');
    choice.write(false);
    expect(choice.read()).toBe(false);
  });
});
