import { describe, expect, it } from 'vitest';
import { HASH } from '../testing/views.ts';
import { createDrawer, profileName, type Drawer } from './drawer.ts';
import { createPositions, type Position } from './positions.ts';

const memory = (): Storage => {
  const kept = new Map<string, string>();
  return {
    length: 0,
    clear: () => kept.clear(),
    key: () => null,
    getItem: (key) => kept.get(key) ?? null,
    removeItem: (key) => void kept.delete(key),
    setItem: (key, value) => void kept.set(key, value),
  };
};
const drawerIn = (storage: Storage, profile = 'main'): Drawer =>
  createDrawer(() => storage, profile);

describe('createDrawer', () => {
  it('keeps profiles apart', () => {
    const storage = memory();
    drawerIn(storage, 'a').write('x', { theme: 'dark' });
    expect(drawerIn(storage, 'a').read('x')).toEqual({ theme: 'dark' });
    expect(drawerIn(storage, 'b').read('x')).toBeNull();
  });

  it('reads damage and refusal as empty', () => {
    const storage = memory();
    for (const text of ['{', '[]', '1', 'null', '"x"']) {
      storage.setItem('rivulet:main:x', text);
      expect(drawerIn(storage).read('x')).toBeNull();
    }
    const refused = createDrawer(() => {
      throw new DOMException('no', 'SecurityError');
    }, 'main');
    refused.write('x', {});
    expect(refused.read('x')).toBeNull();
  });
});

describe('profileName', () => {
  it.each([
    ['', 'main'],
    ['?profile=b', 'b'],
    ['?profile=../x', 'main'],
  ])('%j is %s', (query, name) => {
    expect(profileName(new URL(`https://app.example/${query}`))).toBe(name);
  });
});

describe('positions', () => {
  const at = (seconds: number, change: Partial<Position> = {}): Position => ({
    infoHash: HASH,
    file: 0,
    at: seconds,
    duration: 100,
    seenAt: 1,
    ...change,
  });

  it('remembers the newest place of each title', () => {
    const positions = createPositions(drawerIn(memory()));
    positions.keep(at(10));
    positions.keep(at(20, { file: 3 }));
    expect(positions.list()).toEqual([at(20, { file: 3 })]);
    expect(positions.find(HASH, 3)?.at).toBe(20);
    expect(positions.find(HASH, 0)).toBeNull();
  });

  it('forgets what is hardly begun, and what is over', () => {
    const positions = createPositions(drawerIn(memory()));
    positions.keep(at(50));
    positions.keep(at(2));
    expect(positions.list()).toEqual([]);
    positions.keep(at(50));
    positions.keep(at(98));
    expect(positions.list()).toEqual([]);
    positions.keep(at(50));
    positions.forget(HASH);
    expect(positions.list()).toEqual([]);
  });

  it('passes over damaged entries', () => {
    const drawer = drawerIn(memory());
    drawer.write('positions', {
      list: [{ infoHash: 'x' }, null, 3, { ...at(9), at: 'soon' }, at(9)],
    });
    expect(createPositions(drawer).list()).toEqual([at(9)]);
    drawer.write('positions', { list: 'none' });
    expect(createPositions(drawer).list()).toEqual([]);
  });
});
