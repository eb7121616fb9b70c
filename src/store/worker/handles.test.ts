import { describe, expect, it } from 'vitest';
import type { OpenFile } from './folder.ts';
import { createHandles } from './handles.ts';

const createLog = () => {
  const log: string[] = [];
  const file = (name: string): OpenFile => ({
    size: () => 0,
    read: () => 0,
    write: () => undefined,
    truncate: () => undefined,
    flush: () => void log.push(`flush ${name}`),
    close: () => void log.push(`close ${name}`),
  });
  const open = (name: string) => async () => {
    log.push(`open ${name}`);
    return file(name);
  };
  return { log, open };
};

describe('open files', () => {
  it('opens once, and closes the one used longest ago beyond the limit', async () => {
    const { log, open } = createLog();
    const handles = createHandles(2);
    for (const name of ['a', 'b', 'a', 'c']) await handles.use(name, open(name), () => name);
    expect(log).toEqual(['open a', 'open b', 'open c', 'close b']);
  });

  it('flushes what was changed before it closes it, and nothing else', async () => {
    const { log, open } = createLog();
    const handles = createHandles(1);
    await handles.change('a', open('a'), () => undefined);
    await handles.use('b', open('b'), () => undefined);
    await handles.use('c', open('c'), () => undefined);
    expect(log).toEqual(['open a', 'open b', 'flush a', 'close a', 'open c', 'close b']);
  });

  it('shares one opening among users that come at once', async () => {
    const { log, open } = createLog();
    const handles = createHandles(4);
    await Promise.all([1, 2, 3].map((n) => handles.use('a', open('a'), () => n)));
    expect(log).toEqual(['open a']);
  });

  it('lets those who wait for an opening finish before it closes', async () => {
    const { log, open } = createLog();
    const handles = createHandles(4);
    const used = handles.change('x/a', open('x/a'), () => log.push('use'));
    await handles.close('x/');
    await used;
    expect(log).toEqual(['open x/a', 'use', 'flush x/a', 'close x/a']);
  });

  it('tries again after an opening that failed', async () => {
    const { log, open } = createLog();
    const handles = createHandles(4);
    const broken = () => Promise.reject(new Error('locked'));
    await expect(handles.use('a', broken, () => 1)).rejects.toThrow('locked');
    await expect(handles.use('a', open('a'), () => 2)).resolves.toBe(2);
    expect(log).toEqual(['open a']);
  });

  it('flushes by prefix', async () => {
    const { log, open } = createLog();
    const handles = createHandles(4);
    await handles.change('x/0', open('x/0'), () => undefined);
    await handles.change('y/0', open('y/0'), () => undefined);
    handles.flush('x/');
    handles.flush('x/');
    expect(log).toEqual(['open x/0', 'open y/0', 'flush x/0']);
  });
});
