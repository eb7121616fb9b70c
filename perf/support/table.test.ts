import { describe, expect, it } from 'vitest';
import { figure, markdownTable, textTable } from './table.ts';

const table = { title: 'Speeds', head: ['side', 'MB/s'], rows: [['a|b', '1.5'], ['long name']] };

describe('tables', () => {
  it('align names to the left and figures to the right', () => {
    const lines = textTable(table).split('\n');
    expect(lines[2]).toBe('side       MB/s');
    expect(lines[4]).toBe('a|b         1.5');
    expect(lines[5]).toBe('long name');
  });

  it('keep the columns of a Markdown table whatever a cell holds', () => {
    const lines = markdownTable(table).split('\n');
    expect(lines[2]).toBe('| side | MB/s |');
    expect(lines[4]).toBe('| a\\|b | 1.5 |');
    expect(lines[5]).toBe('| long name |  |');
  });

  it('set thousands apart and show what was not measured as a dash', () => {
    expect(figure(1_234_567.891)).toBe('1,234,567.89');
    expect(figure(-1_000, 0)).toBe('-1,000');
    expect(figure(Number.NaN)).toBe('–');
  });
});
