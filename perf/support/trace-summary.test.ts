import { describe, expect, it } from 'vitest';
import { summariseTrace, type TraceEvent } from './trace-summary.ts';

const chunk = (
  samples: number[],
  timeDeltas: number[],
  nodes: [number, string][] = [],
): TraceEvent => ({
  name: 'ProfileChunk',
  ph: 'P',
  pid: 1,
  tid: 99,
  id: '0x1',
  args: {
    data: {
      timeDeltas,
      cpuProfile: {
        samples,
        nodes: nodes.map(([id, functionName]) => ({
          id,
          callFrame: {
            functionName,
            url: functionName.startsWith('(') ? '' : 'http://host/assets/boot.js',
          },
        })),
      },
    },
  },
});

describe('the summary of a trace', () => {
  it('adds up the own time of each function on the thread that was profiled', () => {
    const [table, ...others] = summariseTrace('paid', [
      { name: 'thread_name', ph: 'M', pid: 1, tid: 7, args: { name: 'CrRendererMain' } },
      { name: 'Profile', ph: 'P', pid: 1, tid: 7, id: '0x1' },
      chunk(
        [1, 2],
        [10_000, 20_000],
        [
          [1, 'send'],
          [2, ''],
        ],
      ),
      chunk([3, 1], [70_000, 10_000], [[3, '(idle)']]),
    ]);
    expect(others).toEqual([]);
    expect(table?.title).toContain('CrRendererMain');
    expect(table?.rows[0]).toEqual(['send boot.js', '20', '50.0 %']);
    expect(table?.rows[1]).toEqual(['(anonymous) boot.js', '20', '50.0 %']);
  });
});
