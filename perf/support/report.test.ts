import { describe, expect, it } from 'vitest';
import { readArguments } from './arguments.ts';
import { reportOf } from './report.ts';
import type { ScenarioResult } from './results.ts';

const asked = readArguments(['--full', '--rounds', '2']);
if (asked.kind !== 'run') throw new Error('The command line was misread.');
const { options } = asked;

const result: ScenarioResult = {
  scenario: 'engine',
  about: 'What runs.',
  metrics: { avgMs: 7 },
  targets: { avgMs: { max: 5 }, p99Ms: { max: 25 } },
  pass: false,
  failure: null,
  notes: ['It began.'],
  rounds: { avgMs: [6, 7, 9] },
  tables: [{ title: 'Latency', head: ['mode', 'ms'], rows: [['adaptive', '7.00']] }],
  charts: [{ kind: 'bars', title: 'Average', unit: 'ms', bars: [{ label: 'adaptive', value: 7 }] }],
  remarks: ['A remark.'],
  samples: null,
  options,
  startedAt: Date.UTC(2031, 4, 6),
  seconds: 61,
  health: [
    {
      phase: 'flood 1',
      seconds: 8,
      busy: 0.985,
      loadBefore: 1.5,
      load: 2.5,
      freeMemoryMB: 4_000,
      driverLagMs: 3,
      pages: [],
      concerns: ['engine: 2 errors'],
    },
  ],
  machine: {
    processor: 'Processor',
    cores: 2,
    memoryGiB: 8,
    system: 'System 1',
    node: 'v20',
    browser: 'Browser 1',
    commit: 'abc',
    load: 0.5,
    foreign: 0.02,
  },
};

describe('the report', () => {
  it('says what was missed, what was not measured, and on what machine', () => {
    const text = reportOf([result], options, 'charts');
    expect(text).toContain('2031-05-06, Processor, 2 cores, 8 GiB');
    expect(text).toContain('Options: --full --rounds 2.');
    expect(text).toContain('| avgMs | 7 | 6.000 to 9.000 | ≤ 5 | no |');
    expect(text).toContain('| p99Ms | not measured |  | ≤ 25 | no |');
    expect(text).toContain('Not all targets met.');
    expect(text).toContain('![Average](charts/engine-1.svg)');
    expect(text).toContain('| flood | 1 | 8.0 | 99 % | 1.5 | 3 |');
    expect(text).toContain('engine: 2 errors');
    expect(text).toContain('the load was 0.50, and others kept 2 %');
    expect(text).toContain('A remark.');
  });

  it('tells why a scenario failed and how far it came', () => {
    const failed = { ...result, metrics: {}, tables: [], charts: [], failure: 'No time was left.' };
    const text = reportOf([failed], options, 'charts');
    expect(text).toContain('It failed: No time was left.');
    expect(text).toContain('- It began.');
    expect(text).toContain('| engine | no | failed: No time was left. | 61 |');
  });

  it('compares with the run before', () => {
    const before = { ...result, metrics: { avgMs: 20 }, rounds: { avgMs: [19, 20, 21] } };
    const text = reportOf([result], options, 'charts', [before]);
    expect(text).toContain('0 of 1 metrics with a spread agree');
    expect(text).toContain('| engine avgMs | 20 | 7 | -65.0 % | no |');
  });

  it('can be written when nothing ran', () => {
    expect(reportOf([], options, 'charts')).toContain('Nothing ran.');
  });
});
