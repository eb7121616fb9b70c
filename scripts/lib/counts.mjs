/**
 * What a step of the checks came to. `names` says what failed.
 * @typedef {{ passed: number, failed: number, skipped: number, names: string[] }} Counts
 */

/**
 * A step without tests of its own counts as one.
 * @param {string} name
 * @param {boolean} passed
 * @returns {Counts}
 */
export const countStep = (name, passed) => ({
  passed: passed ? 1 : 0,
  failed: passed ? 0 : 1,
  skipped: 0,
  names: passed ? [] : [name],
});

/**
 * The runner has the last word: if it failed although no test did (a file that did not load, an
 * error outside of every test, no report), that counts as one failure.
 * @param {Counts} counts
 * @param {string} name
 * @param {boolean} runnerPassed
 * @returns {Counts}
 */
const withRunner = (counts, name, runnerPassed) =>
  runnerPassed || counts.failed > 0
    ? counts
    : { ...counts, failed: 1, names: [`${name}: the runner itself failed`] };

/**
 * Counts a Vitest JSON report.
 * @param {{ testResults?: { name: string, status: string, assertionResults:
 *   { fullName: string, status: string }[] }[] } | undefined} report
 * @param {boolean} runnerPassed
 * @returns {Counts}
 */
export const countVitest = (report, runnerPassed) => {
  const counts = { passed: 0, failed: 0, skipped: 0, names: /** @type {string[]} */ ([]) };
  for (const file of report?.testResults ?? []) {
    let failedHere = 0;
    for (const test of file.assertionResults) {
      if (test.status === 'passed') counts.passed += 1;
      else if (test.status === 'failed') {
        failedHere += 1;
        counts.names.push(`${file.name}: ${test.fullName}`);
      } else counts.skipped += 1;
    }
    if (file.status === 'failed' && failedHere === 0) {
      failedHere = 1;
      counts.names.push(`${file.name}: the file failed outside of its tests`);
    }
    counts.failed += failedHere;
  }
  return withRunner(counts, 'unit tests', runnerPassed);
};

/**
 * @typedef {{ title: string, file: string, tests: { status: string }[] }} Spec
 * @typedef {{ title: string, specs?: Spec[], suites?: Suite[] }} Suite
 * @typedef {{ suites?: Suite[], errors?: { message?: string }[] }} PlaywrightReport
 */

/**
 * @param {Suite} suite
 * @returns {Spec[]}
 */
const specsOf = (suite) => [...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(specsOf)];

/**
 * Counts a Playwright JSON report. A test that passed only when tried again (`flaky`) has failed.
 * @param {PlaywrightReport | undefined} report
 * @param {boolean} runnerPassed
 * @returns {Counts}
 */
export const countPlaywright = (report, runnerPassed) => {
  const counts = { passed: 0, failed: 0, skipped: 0, names: /** @type {string[]} */ ([]) };
  for (const spec of (report?.suites ?? []).flatMap(specsOf)) {
    for (const test of spec.tests) {
      if (test.status === 'expected') counts.passed += 1;
      else if (test.status === 'skipped') counts.skipped += 1;
      else {
        counts.failed += 1;
        counts.names.push(`${spec.file}: ${spec.title}`);
      }
    }
  }
  return withRunner(counts, 'e2e tests', runnerPassed);
};

/**
 * Names among `names` whose spec file has no passed test, or one that did not pass.
 * @param {PlaywrightReport | undefined} report
 * @param {readonly string[]} names
 * @returns {string[]}
 */
export const specsNotPassed = (report, names) => {
  const specs = (report?.suites ?? []).flatMap(specsOf);
  return names.filter((name) => {
    const tests = specs
      .filter((spec) => spec.file.split('/').at(-1) === `${name}.spec.ts`)
      .flatMap((spec) => spec.tests);
    return tests.length === 0 || tests.some((test) => test.status !== 'expected');
  });
};

/**
 * @param {readonly Counts[]} list
 * @returns {Counts}
 */
export const total = (list) => ({
  passed: list.reduce((sum, counts) => sum + counts.passed, 0),
  failed: list.reduce((sum, counts) => sum + counts.failed, 0),
  skipped: list.reduce((sum, counts) => sum + counts.skipped, 0),
  names: list.flatMap((counts) => counts.names),
});
