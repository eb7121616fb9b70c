import { describe, expect, it } from 'vitest';
import { loadOf } from './long-tasks.ts';

const script = (ms: number, source: string) => ({ ms, invoker: 'Worker.onmessage', source });

describe('long tasks', () => {
  it('are ours when a script of ours takes more than 50 ms of them', () => {
    const load = loadOf({
      tasks: [
        { at: 0, ms: 120 },
        { at: 300, ms: 70 },
      ],
      blockingMs: 90,
      frames: [
        {
          at: 0,
          ms: 130,
          scripts: [script(80, 'boot-x1.js show'), script(90, 'webtorrent.min-y.js push')],
        },
        { at: 300, ms: 75, scripts: [script(49, 'boot-x1.js show')] },
      ],
    });
    expect(load).toMatchObject({ longTasks: 2, longestMs: 120, blockingMs: 90, ours: 1 });
    expect(load.culprits).toEqual(['80 ms Worker.onmessage boot-x1.js show']);
  });
});
