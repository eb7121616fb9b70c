import { describe, expect, it } from 'vitest';
import { countPlaywright, countStep, countVitest, specsNotPassed, total } from './counts.mjs';

const vitestFile = (status: string, ...tests: string[]) => ({
  name: 'a.test.ts',
  status,
  assertionResults: tests.map((test, index) => ({ fullName: `test ${index}`, status: test })),
});

const spec = (file: string, ...statuses: string[]) => ({
  title: `of ${file}`,
  file,
  tests: statuses.map((status) => ({ status })),
});

describe('countVitest', () => {
  it('counts each test by its outcome', () => {
    const report = { testResults: [vitestFile('failed', 'passed', 'failed', 'skipped', 'passed')] };
    expect(countVitest(report, false)).toEqual({
      passed: 2,
      failed: 1,
      skipped: 1,
      names: ['a.test.ts: test 1'],
    });
  });

  it('counts a file that did not load as one failure', () => {
    const report = { testResults: [vitestFile('passed', 'passed'), vitestFile('failed')] };
    expect(countVitest(report, false)).toMatchObject({ passed: 1, failed: 1 });
  });

  it('counts a failed runner without a failed test, and a missing report, as one failure', () => {
    const report = { testResults: [vitestFile('passed', 'passed')] };
    expect(countVitest(report, false)).toMatchObject({ passed: 1, failed: 1 });
    expect(countVitest(undefined, false)).toMatchObject({ passed: 0, failed: 1 });
  });
});

describe('countPlaywright', () => {
  it('finds tests in nested suites and takes a flaky one for failed', () => {
    const report = {
      suites: [
        {
          title: 'watch.spec.ts',
          specs: [spec('watch.spec.ts', 'expected')],
          suites: [
            { title: 'paid', specs: [spec('watch.spec.ts', 'flaky', 'unexpected', 'skipped')] },
          ],
        },
      ],
    };
    expect(countPlaywright(report, false)).toMatchObject({ passed: 1, failed: 2, skipped: 1 });
  });

  it('counts a run without any test as failed when the runner says so', () => {
    expect(countPlaywright({ suites: [] }, false)).toMatchObject({ passed: 0, failed: 1 });
  });
});

describe('specsNotPassed', () => {
  const report = {
    suites: [
      {
        title: 'all',
        specs: [
          spec('play.spec.ts', 'expected'),
          spec('seed.spec.ts', 'expected', 'unexpected'),
          spec('skip.spec.ts', 'skipped'),
        ],
      },
    ],
  };

  it('wants at least one test of each name, and all of them passed', () => {
    expect(specsNotPassed(report, ['play', 'seed', 'skip', 'gone'])).toEqual([
      'seed',
      'skip',
      'gone',
    ]);
    expect(specsNotPassed(undefined, ['play'])).toEqual(['play']);
  });

  it('does not take a longer name for the one that was asked for', () => {
    expect(specsNotPassed(report, ['lay'])).toEqual(['lay']);
  });
});

describe('total', () => {
  it('adds up steps and tests', () => {
    const list = [countStep('lint', true), countStep('types', false), countVitest({}, true)];
    expect(total(list)).toEqual({ passed: 1, failed: 1, skipped: 0, names: ['types'] });
  });
});
