import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's root folder. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Environment in which the tools that the project installed are found by name. */
const toolEnvironment = () => ({
  ...process.env,
  PATH: [join(ROOT, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter),
});

/**
 * @typedef {object} RunOptions
 * @property {number} [timeoutMs] after this long the program and all it started are ended
 * @property {boolean} [toStderr] keeps our standard output free for a result that others parse
 */

/**
 * Runs a program in the project's root with its output shown.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<{ code: number, timedOut: boolean, ms: number }>} `code` is 1 for one that a
 *   signal ended or that could not be started
 */
export const run = (command, args, options = {}) =>
  new Promise((resolve) => {
    const began = performance.now();
    let timedOut = false;
    /** @type {NodeJS.Timeout | undefined} */
    let last;
    const child = spawn(command, args, {
      cwd: ROOT,
      env: toolEnvironment(),
      // A group of its own, so that what it leaves behind can be ended with it.
      detached: true,
      stdio: ['ignore', options.toStderr ? 2 : 'inherit', 'inherit'],
    });
    /** @param {NodeJS.Signals} signal */
    const end = (signal) => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, signal);
      } catch {
        // It has ended by itself.
      }
    };
    const interrupt = () => {
      end('SIGTERM');
      process.exitCode = 130;
    };
    process.once('SIGINT', interrupt);
    process.once('SIGTERM', interrupt);
    const timer =
      options.timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            // Politely first: then a test runner closes its browsers and writes its report.
            end('SIGINT');
            last = setTimeout(() => end('SIGKILL'), 15_000);
          }, options.timeoutMs);
    /** @param {number} code */
    const settle = (code) => {
      clearTimeout(timer);
      clearTimeout(last);
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
      resolve({ code, timedOut, ms: performance.now() - began });
    };
    child.once('error', (error) => {
      console.error(`${command}: ${error.message}`);
      settle(1);
    });
    child.once('exit', (code) => {
      end('SIGTERM');
      settle(code ?? 1);
    });
  });

/**
 * Calls `stop` when somebody ends this program: by a signal, or by ending the npm that started it,
 * whose shell does not pass signals on.
 * @param {() => void} stop
 */
export const onStop = (stop) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    stop();
  }, 500);
  watch.unref();
};

/**
 * Says what is wrong and ends the program.
 * @param {string} message
 * @returns {never}
 */
export const giveUp = (message) => {
  console.error(`\n${message}\n`);
  process.exit(1);
};
