import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { StretchRead } from '../pages/reading.ts';
import type { Scenario } from '../scenario.ts';
import { openArena } from '../support/arena.ts';
import { ramp } from '../support/asked.ts';
import { PRICE } from '../support/prices.ts';
import { MIB, paddedFilm, type Source } from '../support/sources.ts';
import { latencyOf } from '../support/stats.ts';
import { figure } from '../support/table.ts';
import { openTrade, settleAgreed, transfer } from '../support/trade.ts';

const AUDIENCE = [5, 10, 20, 20];
/** Somebody who watches sees this; shorter gaps disappear in the player's buffer. */
const STALL_MS = 2_000;

/** Reads that gave other bytes than the file has. */
const mismatches = async (source: Source, reads: readonly StretchRead[]): Promise<number> => {
  const file = await open(source.path);
  let wrong = 0;
  try {
    for (const { offset, bytes, digest } of reads) {
      const data = Buffer.alloc(bytes);
      await file.read(data, 0, bytes, offset);
      if (createHash('sha256').update(data).digest('hex') !== digest) wrong += 1;
    }
  } finally {
    await file.close();
  }
  return wrong;
};

export const streamingLoad: Scenario = {
  name: 'streaming-load',
  about:
    'Streaming: up to 20 players and range readers at once on a paid title that is still being downloaded; every byte is compared.',
  async run(stage) {
    const seconds = stage.options.seconds ?? (stage.options.full ? 15 : 6);
    const bytes = Math.round((stage.options.size ?? 384) * MIB);
    const arena = await openArena(stage);
    const film = paddedFilm(stage.scope, bytes);
    const trade = await openTrade(stage.scope, arena, film, PRICE);
    const { leecher, infoHash } = trade;
    const [done, audience] = await Promise.all([
      transfer(stage, trade),
      stage.health.during('audience', () => leecher.audience(infoHash, ramp(AUDIENCE, seconds))),
    ]);
    const paid = await settleAgreed(trade);
    const { reads, failures, playerStalls, players, frames } = audience;
    const readerStalls = reads.filter(({ longestGapMs }) => longestGapMs > STALL_MS).length;
    const wrong = await mismatches(film, reads);
    const downloadSeconds = (done.completeAt - done.startedAt) / 1e3;
    const first = latencyOf(reads.map(({ firstByteMs }) => firstByteMs));
    return {
      metrics: {
        readers: Math.max(...AUDIENCE),
        players,
        frames,
        reads: reads.length,
        errors: failures.length,
        stalls: readerStalls + playerStalls,
        mismatches: wrong,
        firstByteP50Ms: first.p50,
        firstByteP95Ms: first.p95,
        downloadSeconds,
        paidOverDue: paid / trade.due,
      },
      tables: [
        {
          title: `${figure(bytes / MIB, 0)} MiB, 1 MiB ranges all over the file, and players of the film`,
          head: ['figure', 'value'],
          rows: [
            ['ranges read', figure(reads.length, 0)],
            ['failed', figure(failures.length, 0)],
            ['wrong bytes', figure(wrong, 0)],
            ['gaps over 2 s in a range', figure(readerStalls, 0)],
            ['players', figure(players, 0)],
            ['frames shown', figure(frames, 0)],
            ['films that stood still', figure(playerStalls, 0)],
            ['paid ÷ price of the file', figure(paid / trade.due, 3)],
            ['first byte p50, ms', figure(first.p50, 0)],
            ['first byte p95, ms', figure(first.p95, 0)],
            ['download took, s', figure(downloadSeconds, 1)],
            ['audience came and went in, s', figure(AUDIENCE.length * seconds, 0)],
          ],
        },
      ],
      charts: [],
      remarks: [
        'Blocks that were under way when a reader jumped are paid for and may be bought again later.',
        ...[...new Set(failures)].slice(0, 5),
      ],
      samples: { reads, failures, done },
    };
  },
};
