import { describe, expect, it } from 'vitest';
import { createScope, within } from './scope.ts';

describe('a scope', () => {
  it('ends what was started, newest first, once', async () => {
    const order: string[] = [];
    const scope = createScope();
    scope.defer(() => void order.push('server'));
    scope.child().defer(() => void order.push('browser'));
    await Promise.all([scope.close(), scope.close()]);
    await scope.close();
    expect(order).toEqual(['browser', 'server']);
  });

  it('ends the rest when one does not end well, and says so', async () => {
    const order: string[] = [];
    const scope = createScope();
    scope.defer(() => void order.push('last'));
    scope.defer(() => Promise.reject(new Error('stuck')));
    await expect(scope.close()).rejects.toThrow('did not end well');
    expect(order).toEqual(['last']);
  });

  it('ends after work that failed', async () => {
    let ended = false;
    const work = within(createScope(), async (scope) => {
      scope.defer(() => {
        ended = true;
      });
      throw new Error('work');
    });
    await expect(work).rejects.toThrow('work');
    expect(ended).toBe(true);
  });
});
