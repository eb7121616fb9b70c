import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openSocket } from './testing/websocket.ts';

// A process starts slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const FREE = ['--app-port', '0', '--tracker-port', '0', '--ledger-port', '0'];
let child: ChildProcess | undefined;

afterEach(() => {
  child?.kill('SIGKILL');
});

const start = (...args: readonly string[]) => {
  const started = spawn(process.execPath, ['--import', 'tsx', 'devnet/main.ts', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child = started;
  const lines: string[] = [];
  const errors: string[] = [];
  const reader = createInterface({ input: started.stdout });
  reader.on('line', (line) => lines.push(line));
  createInterface({ input: started.stderr }).on('line', (line) => errors.push(line));
  const exit = once(started, 'close').then(([code]) => code as number | null);
  return { process: started, lines, errors, exit, firstLine: once(reader, 'line') };
};

describe('command', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'says in one line where it is, and ends cleanly on %s',
    async (signal) => {
      const run = start(...FREE, '--dist', 'devnet/testing/no-such-folder');
      const [line] = (await run.firstLine) as [string];
      const urls = JSON.parse(line) as Record<string, string>;
      expect(Object.keys(urls)).toEqual(['app', 'tracker', 'arc', 'chain', 'faucet', 'devnet']);
      expect(urls['app']).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
      const health = await fetch(`${urls['arc'] ?? ''}/v1/health`);
      expect(health.status).toBe(200);
      const peer = await openSocket(urls['tracker'] ?? '');
      run.process.kill(signal);
      run.process.kill(signal);
      expect(await run.exit).toBe(0);
      await peer.closed;
      expect(run.lines).toEqual([line]);
      expect(run.errors).toEqual([expect.stringMatching(/does not exist yet/)]);
    },
  );

  it('names the port that is taken, and leaves nothing running', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const run = start('--app-port', String(port), '--tracker-port', '0', '--ledger-port', '0');
    expect(await run.exit).toBe(1);
    expect(run.errors.join('\n')).toContain(`port ${port} for the app is in use`);
    expect(run.lines).toEqual([]);
    other.close();
  });

  it('explains itself', async () => {
    const run = start('--help');
    expect(await run.exit).toBe(0);
    expect(run.lines.join('\n')).toContain('--block-interval');
  });
});
