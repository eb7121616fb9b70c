import { describe, expect, it } from 'vitest';
import type { NodePhase } from '../../shared/ports/node.ts';
import { Announcer } from './announcer.svelte.ts';
import { createDrawer } from './drawer.ts';
import { HostState } from './host.svelte.ts';
import { createLook } from './look.ts';

const memory = (): Storage => {
  const map = new Map<string, string>();
  return {
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => void map.set(key, value),
  } as unknown as Storage;
};

const open = (phase: NodePhase) => {
  let current = phase;
  const listeners: (() => void)[] = [];
  const page = Object.assign(new EventTarget(), {
    navigator: { onLine: true },
  }) as unknown as Window;
  const storage = memory();
  const state = new HostState(
    {
      current: () => current,
      subscribe: (listener) => {
        listeners.push(listener);
        return () => undefined;
      },
      onUpdate: () => undefined,
    },
    { page, drawer: createDrawer(() => storage, 'main'), announcer: new Announcer() },
  );
  const set = (next: NodePhase): void => {
    current = next;
    listeners.forEach((listener) => listener());
  };
  return { state, set };
};

describe('HostState.ready', () => {
  it('waits through another tab that runs the node, and says why the start failed', async () => {
    const { state, set } = open({ phase: 'starting' });
    let isSettled = false;
    const asked = state.ready().finally(() => (isSettled = true));
    set({ phase: 'elsewhere', takeOver: () => undefined });
    set({ phase: 'starting' });
    await new Promise((resolve) => setImmediate(resolve));
    expect(isSettled).toBe(false);
    set({ phase: 'failed', message: 'No ledger.' });
    const expected = { ok: false, error: { code: 'not-ready', message: 'No ledger.' } };
    expect(await asked).toEqual(expected);
    expect(await state.ready()).toEqual(expected);
  });
});

describe('the look of Home', () => {
  it('is that of a first visit until one was kept', () => {
    const storage = memory();
    const drawer = createDrawer(() => storage, 'main');
    expect(createLook(drawer).last).toEqual({ titles: false, canTry: true });
    createLook(drawer).keep({ titles: true, canTry: false });
    expect(createLook(drawer).last).toEqual({ titles: true, canTry: false });
    drawer.write('home', { titles: 'yes', canTry: 0 });
    expect(createLook(drawer).last).toEqual({ titles: false, canTry: true });
  });
});
