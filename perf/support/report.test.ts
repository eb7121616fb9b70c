import { describe, expect, it } from 'vitest';
import { readArguments } from './arguments.ts';
import { reportOf, type ScenarioResult } from './report.ts';

const asked = readArguments(['--full', '--rounds', '2']);
if (asked.help) throw new Error('The command line was read as a call for help.');
const { options } = asked;

const result: ScenarioResult = {
  scenario: 'engine',
  about: 'What runs.',
  metrics: { avgMs: 7 },
  targets: { avgMs: { max: 5 }, p99Ms: { max: 25 } },
  pass: false,
  tables: [{ title: 'Latency', head: ['mode', 'ms'], rows: [['adaptive', '7.00']] }],
  charts: [{ kind: 'bars', title: 'Average', unit: 'ms', bars: [{ label: 'adaptive', value: 7 }] }],
  remarks: ['A remark.'],
  samples: null,
  options,
  startedAt: Date.UTC(2031, 4, 6),
  seconds: 61,
  health: [
    { phase: 'flood 1', seconds: 8, busy: 0.985, load: 2.5, freeMemoryMB: 4_000, driverLagMs: 3 },
  ],
  machine: {
    processor: 'Processor',
    cores: 2,
    memoryGiB: 8,
    system: 'System 1',
    node: 'v20',
    browser: 'Browser 1',
    commit: 'abc',
  },
};

describe('the report', () => {
  it('says what was missed, what was not measured, and on what machine', () => {
    const text = reportOf([result], options, 'charts');
    expect(text).toContain('2031-05-06, Processor, 2 cores, 8 GiB');
    expect(text).toContain('Options: --full --rounds 2.');
    expect(text).toContain('| avgMs | 7 | ≤ 5 | no |');
    expect(text).toContain('| p99Ms | not measured | ≤ 25 | no |');
    expect(text).toContain('Not all targets met.');
    expect(text).toContain('![Average](charts/engine-1.svg)');
    expect(text).toContain('| flood 1 | 8.0 | 99 % | 2.5 | 4,000 | 3 |');
    expect(text).toContain('A remark.');
  });

  it('can be written when nothing ran', () => {
    expect(reportOf([], options, 'charts')).toContain('Nothing ran.');
  });
});
