import { describe, expect, it } from 'vitest';
import { wireId } from '../shared/units.ts';
import { createReport } from './report.ts';
import { scriptedPayments } from './testing/payments.ts';
import { createTicker } from './ticker.ts';

const manualTicker = () => {
  const tasks: (() => void)[] = [];
  const schedule = {
    hidden: false,
    isHidden: () => schedule.hidden,
    after: (_ms: number, task: () => void): void => void tasks.push(task),
    soon: (task: () => void): void => void tasks.unshift(task),
  };
  return { schedule, run: () => tasks.splice(0).forEach((task) => task()), tasks };
};

describe('reports', () => {
  it('send the blocks of a tick together, in order', () => {
    const payments = scriptedPayments();
    const { schedule, run } = manualTicker();
    const report = createReport(payments, createTicker(schedule, 4));
    report.received(wireId(1), 2, 3, 4);
    report.sent(wireId(5), 6, 7, 8);
    report.received(wireId(9), 10, 11, 12);
    expect(payments.posts).toEqual([]);
    run();
    expect(payments.posts).toEqual([
      { name: 'blocksReceived', payload: { rows: Uint32Array.of(1, 2, 3, 4, 9, 10, 11, 12) } },
      { name: 'blocksSent', payload: { rows: Uint32Array.of(5, 6, 7, 8) } },
    ]);
    run();
    expect(payments.posts).toHaveLength(2);
  });

  it('send blocks before the message that may speak of them', () => {
    const payments = scriptedPayments();
    const report = createReport(payments, createTicker(manualTicker().schedule, 4));
    report.sent(wireId(1), 0, 0, 9);
    report.post('wireClosed', { wire: wireId(1) });
    expect(payments.posts.map(({ name }) => name)).toEqual(['blocksSent', 'wireClosed']);
  });

  it('tell of every block before they ask whether all is noted', async () => {
    const payments = scriptedPayments();
    const report = createReport(payments, createTicker(manualTicker().schedule, 4));
    let told = 0;
    payments.noted = async () => void (told = payments.of('blocksReceived').length);
    report.received(wireId(1), 0, 0, 9);
    await report.noted();
    expect(told).toBe(1);
  });

  it('do not gather without bound', () => {
    const payments = scriptedPayments();
    const report = createReport(payments, createTicker(manualTicker().schedule, 4));
    for (let block = 0; block < 3_000; block += 1) report.received(wireId(1), block, 0, 1);
    const rows = payments
      .of('blocksReceived')
      .reduce((sum, { rows: part }) => sum + part.length, 0);
    expect(rows).toBeGreaterThan(2_000 * 4);
  });
});

describe('ticks', () => {
  it('run a task once for many calls, and without timers in a hidden page', () => {
    const { schedule, run, tasks } = manualTicker();
    let ran = 0;
    const tick = createTicker(schedule, 4)(() => (ran += 1));
    tick();
    tick();
    run();
    expect(ran).toBe(1);
    schedule.hidden = true;
    tick();
    expect(tasks).toHaveLength(1);
    run();
    expect(ran).toBe(2);
  });
});
