import { describe, expect, it } from 'vitest';
import { channelId } from '../../shared/units.ts';
import { createSteppedClock, turn } from '../testing/stepped-clock.ts';
import { createClaims } from './claims.ts';

const CID = channelId('12'.repeat(16));
const OTHER = channelId('34'.repeat(16));

/** Claims that are looked into until `finish` says what came of the oldest. */
const start = () => {
  const clock = createSteppedClock();
  const judged: (readonly [string, Uint8Array | null])[] = [];
  const finish: ((hasEnded: boolean) => void)[] = [];
  const problems: unknown[] = [];
  const claimed = createClaims(
    clock,
    (cid, shown) => {
      judged.push([cid, shown]);
      return new Promise((resolve) => finish.push(resolve));
    },
    (thrown) => problems.push(thrown),
  );
  return { clock, judged, finish, problems, claimed };
};

describe('claims of payees', () => {
  it('are looked into one at a time, and the last that shows something after a pause', async () => {
    const { clock, judged, finish, claimed } = start();
    const tx = new Uint8Array([1]);
    void claimed(CID, null);
    void claimed(OTHER, null);
    void claimed(CID, new Uint8Array([0]));
    void claimed(CID, tx);
    void claimed(CID, null);
    expect(judged).toEqual([
      [CID, null],
      [OTHER, null],
    ]);
    finish[0]?.(false);
    await clock.advance(1_999);
    expect(judged).toHaveLength(2);
    await clock.advance(1);
    expect(judged[2]).toEqual([CID, tx]);
  });

  it('of a channel that has ended are not waited for', async () => {
    const { judged, finish, claimed } = start();
    void claimed(CID, null);
    finish[0]?.(true);
    await turn();
    void claimed(CID, null);
    expect(judged).toHaveLength(2);
  });

  it('that cannot be looked into are a problem to be shown, and no more', async () => {
    const clock = createSteppedClock();
    const problems: unknown[] = [];
    const claimed = createClaims(
      clock,
      () => Promise.reject(new Error('no')),
      (thrown) => problems.push(thrown),
    );
    await claimed(CID, null);
    expect(problems).toEqual([new Error('no')]);
  });
});
