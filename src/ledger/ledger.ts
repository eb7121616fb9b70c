import type { Commit, Ledger } from '../shared/ports/ledger.ts';
import { done, fail, ok } from '../shared/result.ts';
import { auditLedger } from './audit.ts';
import type { Backend, Snapshot, WriteSet } from './backend.ts';
import { createCommitQueue, mergeCommits } from './commit.ts';
import { createCompaction } from './compact.ts';
import { createDayTotals } from './day-totals.ts';
import { exportBatches } from './export.ts';
import { writeFailure } from './failures.ts';
import { eachHead, readHistory, type Extent } from './history.ts';
import { createShelf } from './shelf.ts';
import { isWellFormed, packSlab } from './slab.ts';
import { ALL, createTotalsBook, type TotalsBook } from './totals.ts';

const nothing: WriteSet = { slab: null, totals: [], channels: [], accounts: [], outbox: [] };

/** The stored totals; counted again when they do not reach the last batch. */
const loadTotals = async (
  backend: Backend,
): Promise<{ readonly book: TotalsBook; readonly extent: Extent }> => {
  const { totals, lastId, foldedTo } = await backend.snapshot();
  const extent = { lastId, foldedTo };
  if ((totals.find(({ key }) => key === ALL)?.upTo ?? 0) === lastId) {
    return { book: createTotalsBook(totals), extent };
  }
  const book = createTotalsBook();
  await eachHead(backend, extent, (head) => book.keep(book.after([head], head.id)));
  await backend.write({ ...nothing, totals: book.rows() });
  return { book, extent };
};

/** The ledger over any {@link Backend}. Records that are committed must not be changed until their promise resolves. */
export const createLedger = async (backend: Backend): Promise<Ledger> => {
  const loaded = await loadTotals(backend);
  const { book } = loaded;
  let { extent } = loaded;
  let closed = false;
  const shelf = createShelf();

  const write = async (commits: readonly Commit[]): Promise<void> => {
    const { batches, channels, accounts, outbox } = mergeCommits(commits);
    const upTo = extent.lastId + batches.length;
    const counted = batches.map((batch) => ({
      direction: batch.direction,
      sat: batch.sat,
      bytes: batch.bytes,
      blocks: batch.pieces.length,
      infoHash: batch.infoHash,
    }));
    const totals = book.after(counted, upTo);
    const slab = batches.length === 0 ? null : packSlab(batches, extent.lastId + 1);
    await backend.write({ slab, totals, channels, accounts, outbox });
    extent = { ...extent, lastId: upTo };
    book.keep(totals);
  };
  const queue = createCommitQueue(write, writeFailure);

  /**
   * What there is at this moment, all of it filed: a filing that begins later moves nothing that is
   * being read. Where nothing can be filed now, a full disk say, nothing is moved either.
   */
  const standStill = (): Promise<{ readonly snapshot: Snapshot; readonly extent: Extent }> =>
    queue.between(async () => {
      await backend.checkpoint().catch(() => undefined);
      return { snapshot: await backend.snapshot(), extent };
    });

  const isEmpty = async (): Promise<boolean> => {
    const [{ channels, accounts }, outbox] = await Promise.all([
      backend.snapshot(),
      backend.outbox(),
    ]);
    return extent.lastId === 0 && channels.length + accounts.length + outbox.length === 0;
  };

  return {
    commit: async (commit) =>
      (commit.batches ?? []).every(isWellFormed)
        ? queue.push(commit)
        : fail('bad-input', 'A batch has columns of different lengths or numbers out of range.'),
    channels: async () => (await backend.snapshot()).channels,
    accounts: async () => (await backend.snapshot()).accounts,
    outbox: () => backend.outbox(),
    totals: async () => ({ all: book.all(), torrents: book.torrents() }),
    history: (query) => shelf.read(() => readHistory(backend, extent, query)),
    exportHistory: (format) =>
      shelf.read(async () => exportBatches(backend, (await standStill()).extent, format)),
    audit: () =>
      shelf.read(async () => {
        const { snapshot } = await standStill();
        return auditLedger(snapshot, backend);
      }),
    compact: async (rule) => {
      let batches = 0;
      try {
        await shelf.rearrange(() => queue.between(() => backend.checkpoint()));
        const compaction = await createCompaction(backend, rule);
        for (;;) {
          if (closed) return fail('aborted', 'The ledger was closed.');
          const step = await compaction.next();
          if (step === null) return ok({ batches });
          const { fold } = step;
          await shelf.rearrange(() =>
            queue
              .between(() => backend.write({ ...nothing, fold }))
              .then(() => {
                extent = { ...extent, foldedTo: fold.upTo };
              }),
          );
          batches += step.batches;
        }
      } catch (thrown) {
        return { ok: false, error: writeFailure(thrown) };
      }
    },
    copy: () =>
      shelf.read(async () => {
        const { channels, accounts, lastId, foldedTo } = (await standStill()).snapshot;
        const days = createDayTotals(await backend.days());
        await eachHead(
          { heads: (from, to) => backend.heads(from, to), days: async () => [] },
          { lastId, foldedTo },
          (head) => days.add(head),
        );
        return { channels, accounts, outbox: await backend.outbox(), days: days.rows() };
      }),
    restore: ({ channels, accounts, outbox, days }, settings) =>
      queue.between(async () => {
        try {
          if (!(await isEmpty())) return fail('busy', 'There are payments in this ledger already.');
          const upTo = days.at(-1)?.id ?? 0;
          const totals = book.after(days, upTo);
          const fold = { days, replaced: [], upTo, rest: null };
          await backend.write({ slab: null, totals, channels, accounts, outbox, settings, fold });
          extent = { lastId: upTo, foldedTo: upTo };
          book.keep(totals);
          return done;
        } catch (thrown) {
          return { ok: false, error: writeFailure(thrown) };
        }
      }),
    setting: async <T>(key: string) => (await backend.setting(key)) as T | undefined,
    putSetting: async (key, value) => {
      try {
        await queue.between(() => backend.write({ ...nothing, settings: [[key, value]] }));
        return done;
      } catch (thrown) {
        return { ok: false, error: writeFailure(thrown) };
      }
    },
    close: async () => {
      closed = true;
      await queue.idle();
      await backend.close();
    },
  };
};
