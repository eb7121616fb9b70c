import { describe, expect, it } from 'vitest';
import { manualClock } from '../swarm/testing/clock.ts';
import { CLOSE_WITHIN_MS, closeNode } from './closing.ts';

const never = new Promise<never>(() => undefined);

const setUp = (write: () => Promise<unknown>) => {
  const clock = manualClock();
  const log: string[] = [];
  const closing = closeNode({
    clock,
    write,
    end: () => log.push('ended'),
    onFault: (error) => log.push(String(error)),
  }).then(() => log.push('closed'));
  return { clock, log, closing };
};

describe('closing a node', () => {
  it('ends its threads once everything is written', async () => {
    let written = (): void => undefined;
    const { log, closing, clock } = setUp(
      () => new Promise<void>((resolve) => (written = resolve)),
    );
    clock.advance(CLOSE_WITHIN_MS - 1);
    await Promise.resolve();
    expect(log).toEqual([]);
    written();
    await closing;
    clock.advance(CLOSE_WITHIN_MS);
    expect(log).toEqual(['ended', 'closed']);
  });

  it('ends them also when a disk refuses for ever', async () => {
    const { log, closing, clock } = setUp(() => never);
    clock.advance(CLOSE_WITHIN_MS);
    await closing;
    expect(log.slice(1)).toEqual(['ended', 'closed']);
    expect(log[0]).toContain('in time');
  });

  it('ends them also when something fails', async () => {
    const { log, closing } = setUp(() => Promise.reject(new Error('no disk')));
    await closing;
    expect(log).toEqual(['Error: no disk', 'ended', 'closed']);
  });
});
