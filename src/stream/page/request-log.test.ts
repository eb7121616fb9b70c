import { describe, expect, it } from 'vitest';
import { createRequestLog, LOG_LENGTH } from './request-log.ts';

const line = (time: number, status = 200) =>
  ({ time, method: 'GET', route: 'ping', status, ms: 1, slow: false }) as const;

describe('request log', () => {
  it('keeps the newest lines and counts them all', () => {
    const log = createRequestLog();
    for (let time = 0; time < LOG_LENGTH; time += 1) log.add([line(time)]);
    log.add([line(9_001, 503), line(9_002)]);
    expect(log.list()).toHaveLength(LOG_LENGTH);
    expect(log.list()[0]?.time).toBe(2);
    expect(log.list().at(-1)?.time).toBe(9_002);
    expect([...log.counts()]).toEqual([
      ['ping 200', LOG_LENGTH + 1],
      ['ping 503', 1],
    ]);
  });
});
