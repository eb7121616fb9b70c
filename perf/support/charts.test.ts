import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chartSvg, ticksFor } from './charts.ts';

describe('axis', () => {
  it('reaches the greatest value in few even steps from zero', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e12, noNaN: true }), (most) => {
        const ticks = ticksFor(most);
        expect(ticks[0]).toBe(0);
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(most * (1 - 1e-6));
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(6);
      }),
    );
  });

  it('is there without any value', () => {
    expect(ticksFor(0)).toEqual([0, 1]);
    expect(ticksFor(Number.NaN)).toEqual([0, 1]);
  });
});

describe('charts', () => {
  it('draw a bar for each value, as long as the value is great', () => {
    const svg = chartSvg({
      kind: 'bars',
      title: 'A & B',
      unit: 'MB/s',
      bars: [
        { label: 'one', value: 10, least: 8, most: 12 },
        { label: 'two', value: 5 },
        { label: 'none', value: Number.NaN },
      ],
      mark: { label: 'target', value: 15 },
    });
    const widths = [...svg.matchAll(/<rect x="190"[^>]* width="([\d.]+)"/g)].map(([, w]) =>
      Number(w),
    );
    expect(widths).toHaveLength(3);
    expect(widths[0]).toBeCloseTo(2 * (widths[1] ?? 0));
    expect(widths[2]).toBe(0);
    expect(svg).toContain('A &#38; B');
    expect(svg).not.toContain('NaN');
  });

  it('draw a line through every point', () => {
    const svg = chartSvg({
      kind: 'lines',
      title: 'Growth',
      unit: 'MB',
      xUnit: 's',
      lines: [
        {
          label: 'heap',
          points: [
            [0, 1],
            [5, 2],
            [10, 3],
          ],
        },
        { label: 'empty', points: [] },
      ],
    });
    const [, points = ''] = /<polyline[^>]* points="([^"]*)"/.exec(svg) ?? [];
    expect(points.split(' ')).toHaveLength(3);
    expect(svg).not.toContain('NaN');
  });
});
