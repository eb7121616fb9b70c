import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FailureError } from '../../shared/result.ts';
import { createMemoryFolder } from './memory-folder.ts';
import { createRoom, RESERVE } from './room.ts';

const tellsNothing = async () => ({ used: null, quota: null });

/** A file that may grow to `limit.bytes` and no further. */
const openBallast = async (limit: { bytes: number }) => {
  const file = await createMemoryFolder().open('ballast');
  return {
    ...file,
    truncate(size: number) {
      if (size > limit.bytes) throw new FailureError({ code: 'quota', message: 'full' });
      file.truncate(size);
    },
  };
};

describe('room on the disk', () => {
  it('ends where the browser says it does', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 2 ** 31 }),
        fc.array(fc.integer({ min: 1, max: 2 ** 26 }), { maxLength: 60 }),
        async (quota, writes) => {
          let used = 0;
          const room = createRoom(async () => ({ used, quota }), null);
          for (const bytes of writes) {
            const fits = used + bytes <= quota;
            expect(await room.has(bytes)).toBe(fits);
            if (fits) used += bytes;
          }
        },
      ),
    );
  });

  it('is taken for granted where the browser tells nothing', async () => {
    const room = createRoom(tellsNothing, null);
    expect(await room.has(2 ** 40)).toBe(true);
  });

  it('keeps a reserve, gives it away when a write fails, and asks for it back first', async () => {
    const limit = { bytes: RESERVE };
    const ballast = await openBallast(limit);
    const room = createRoom(tellsNothing, ballast);
    expect(await room.has(1)).toBe(true);
    expect(ballast.size()).toBe(RESERVE);
    room.full();
    expect(ballast.size()).toBe(0);
    limit.bytes = RESERVE - 1;
    expect(await room.has(1)).toBe(false);
    limit.bytes = RESERVE;
    expect(await room.has(1)).toBe(true);
    expect(ballast.size()).toBe(RESERVE);
  });
});
