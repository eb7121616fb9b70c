import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { ROOT } from './process.mjs';

/**
 * The line in which the local network says where everything is: JSON with at least `app`.
 * @param {string} line
 * @returns {{ app: string } & Record<string, unknown> | undefined}
 */
export const parseAnnouncement = (line) => {
  try {
    const value = JSON.parse(line);
    return typeof value?.app === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
};

/**
 * Starts the local network. Resolves when it has said its URLs.
 * @param {readonly string[]} [args]
 * @returns {Promise<{ urls: { app: string } & Record<string, unknown>, stop: () => void,
 *   ended: Promise<number> }>}
 * @throws Error when it ends before that
 */
export const startDevnet = async (args = []) => {
  const child = spawn(process.execPath, ['--import', 'tsx', 'devnet/main.ts', ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = () => void child.kill('SIGINT');
  /** @type {Promise<number>} */
  const ended = new Promise((resolve) => {
    child.once('exit', (code) => resolve(code ?? 1));
    child.once('error', () => resolve(1));
  });
  const urls = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = parseAnnouncement(line);
      if (found === undefined) console.log(line);
      else resolve(found);
    });
    void ended.then((code) => reject(new Error(`The local network ended with code ${code}.`)));
  });
  return { urls, stop, ended };
};
