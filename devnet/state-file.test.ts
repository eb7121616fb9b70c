import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startDevnet } from './devnet.ts';
import { keepState, loadState } from './state-file.ts';
import { manualClock } from './testing/clock.ts';
import { alice, workbench } from './testing/workbench.ts';

// All of it is computed for real, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rivulet-state-'));
  file = join(folder, 'deep', 'ledger.json');
});
afterEach(() => rm(folder, { recursive: true }));

describe('state file', () => {
  it('lets a network go on where it stopped', async () => {
    const options = { stateFile: file, blockInterval: 0 };
    const first = await startDevnet(options);
    const waiting = first.faucet.give(alice.script, 5_000).txid;
    first.mine(2);
    first.faucet.give(alice.script, 6_000);
    first.ledger.advance(1_000);
    first.ledger.setSatPerKb(77);
    const { ledger: before } = first;
    await first.stop();

    const second = await startDevnet(options);
    try {
      expect(second.ledger.chain.tip()?.hash).toBe(before.chain.tip()?.hash);
      expect(second.ledger.status(waiting)).toEqual(before.status(waiting));
      expect(second.ledger.mempool()).toHaveLength(1);
      expect(second.ledger.satPerKb()).toBe(77);
      second.mine();
      const gift = second.faucet.give(alice.script, 7_000);
      expect(second.ledger.status(gift.txid)?.state).toBe('SEEN_ON_NETWORK');
    } finally {
      await second.stop();
    }
  });

  it('is written once for many changes, and leaves nothing else behind', async () => {
    const { ledger } = workbench();
    const clock = manualClock();
    const stop = keepState(ledger, file, clock);
    for (let i = 0; i < 5; i += 1) ledger.mine();
    expect(clock.pending()).toBe(1);
    clock.move(1_000);
    await expect.poll(() => loadState(file)?.blocks.length).toBe(ledger.chain.height() + 1);
    ledger.mine();
    await stop();
    expect(loadState(file)?.blocks).toHaveLength(ledger.chain.height() + 1);
    expect(await readdir(join(folder, 'deep'))).toEqual(['ledger.json']);
    const text = await readFile(file, 'utf8');
    ledger.mine();
    expect(await readFile(file, 'utf8')).toBe(text);
  });

  it('is not there at first', () => {
    expect(loadState(file)).toBeUndefined();
  });

  it.each(['', '{}', '{"version":2}', 'null', '{"version":1,"blocks":[{"header":"00"}]}'])(
    'is refused when it holds %j',
    async (content) => {
      const damaged = join(folder, 'damaged.json');
      await writeFile(damaged, content);
      expect(() => loadState(damaged)).toThrow(/not a saved ledger/);
    },
  );
});
