import { describe, expect, it } from 'vitest';
import { nextTurn } from '../shared/turn.ts';
import { takeLease, type Lease } from './lease.ts';

/** One lock, as Web Locks give it: to those that wait in order, and not to who has left the line. */
const createLocks = (): Pick<LockManager, 'request'> => {
  const line: (() => void)[] = [];
  let isHeld = false;
  const next = (): void => {
    isHeld = false;
    line.shift()?.();
  };
  const request = async (
    name: string,
    { ifAvailable, signal }: LockOptions,
    granted: LockGrantedCallback<unknown>,
  ): Promise<unknown> => {
    if (isHeld) {
      if (ifAvailable === true) return granted(null);
      await new Promise<void>((resolve, reject) => {
        line.push(resolve);
        signal?.addEventListener('abort', () => {
          const at = line.indexOf(resolve);
          if (at >= 0) line.splice(at, 1);
          reject(new DOMException('left the line', 'AbortError'));
        });
      });
    }
    isHeld = true;
    return Promise.resolve(granted({ name, mode: 'exclusive' })).finally(next);
  };
  return { request: request as LockManager['request'] };
};

/** The pages of one profile, by number. */
const createPages = () => {
  const locks = createLocks();
  const asked = new Map<number, () => void>();
  const leases = new Map<number, Lease>();
  const held: number[] = [];
  const waited: number[] = [];
  return {
    /** In the order in which they had the lease. */
    held,
    waited,
    async open(page: number): Promise<void> {
      const taken = takeLease('test', locks, {
        onWait: () => waited.push(page),
        asked: () => new Promise((resolve) => asked.set(page, resolve)),
      });
      void taken.then((lease) => {
        held.push(page);
        leases.set(page, lease);
      });
      await nextTurn();
    },
    /** What a page asks, every other one hears. */
    async ask(page: number): Promise<void> {
      for (const [other, hear] of asked) if (other !== page) hear();
      await nextTurn();
    },
    async release(page: number): Promise<void> {
      leases.get(page)?.release();
      await nextTurn();
    },
  };
};

describe('the lease on a profile', () => {
  it('goes to one page at a time, in the order in which they came', async () => {
    const pages = createPages();
    for (const page of [1, 2, 3]) await pages.open(page);
    expect(pages.held).toEqual([1]);
    expect(pages.waited).toEqual([2, 3]);
    await pages.release(1);
    expect(pages.held).toEqual([1, 2]);
    await pages.release(2);
    expect(pages.held).toEqual([1, 2, 3]);
  });

  it('goes to the page that asked, however long others have waited', async () => {
    const pages = createPages();
    for (const page of [1, 2, 3]) await pages.open(page);
    await pages.ask(3);
    expect(pages.held).toEqual([1]);
    await pages.release(1);
    expect(pages.held).toEqual([1, 3]);
    // Who let it go ahead is still in line, and told of its wait once.
    await pages.release(3);
    expect(pages.held).toEqual([1, 3, 2]);
    expect(pages.waited).toEqual([2, 3]);
  });

  it('fails when the lock cannot be had at all', async () => {
    const refused: Pick<LockManager, 'request'> = {
      request: () => Promise.reject(new DOMException('no locks here', 'SecurityError')),
    };
    await expect(takeLease('test', refused, { onWait: () => undefined })).rejects.toThrow(
      'no locks',
    );
  });
});
