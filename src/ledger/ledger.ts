import type { Commit, Ledger } from '../shared/ports/ledger.ts';
import { done, fail } from '../shared/result.ts';
import { auditLedger } from './audit.ts';
import type { Backend } from './backend.ts';
import { createCommitQueue, mergeCommits } from './commit.ts';
import { exportBatches } from './export.ts';
import { writeFailure } from './failures.ts';
import { eachHead, readHistory } from './history.ts';
import { isWellFormed, packSlab } from './slab.ts';
import { ALL, createTotalsBook, type TotalsBook } from './totals.ts';

/** The stored totals; counted again when they do not reach the last batch. */
const loadTotals = async (backend: Backend): Promise<{ book: TotalsBook; lastId: number }> => {
  const { totals, lastId } = await backend.snapshot();
  const stored = createTotalsBook(totals);
  if ((totals.find(({ key }) => key === ALL)?.upTo ?? 0) === lastId) {
    return { book: stored, lastId };
  }
  const book = createTotalsBook();
  await eachHead(backend, lastId, (head) => book.keep(book.after([head], head.id)));
  await backend.write({
    slab: null,
    totals: book.rows(),
    channels: [],
    accounts: [],
    outbox: [],
  });
  return { book, lastId };
};

/** The ledger over any {@link Backend}. Records that are committed must not be changed until their promise resolves. */
export const createLedger = async (backend: Backend): Promise<Ledger> => {
  const { book, lastId: storedLastId } = await loadTotals(backend);
  let lastId = storedLastId;

  const write = async (commits: readonly Commit[]): Promise<void> => {
    const { batches, channels, accounts, outbox } = mergeCommits(commits);
    const upTo = lastId + batches.length;
    const counted = batches.map((batch) => ({
      direction: batch.direction,
      sat: batch.sat,
      bytes: batch.bytes,
      blocks: batch.pieces.length,
      infoHash: batch.infoHash,
    }));
    const totals = book.after(counted, upTo);
    const slab = batches.length === 0 ? null : packSlab(batches, lastId + 1);
    await backend.write({ slab, totals, channels, accounts, outbox });
    lastId = upTo;
    book.keep(totals);
  };
  const queue = createCommitQueue(write, writeFailure);

  return {
    commit: async (commit) =>
      (commit.batches ?? []).every(isWellFormed)
        ? queue.push(commit)
        : fail('bad-input', 'A batch has columns of different lengths or numbers out of range.'),
    channels: async () => (await backend.snapshot()).channels,
    accounts: async () => (await backend.snapshot()).accounts,
    outbox: () => backend.outbox(),
    totals: async () => ({ all: book.all(), torrents: book.torrents() }),
    history: (query) => readHistory(backend, lastId, query),
    exportHistory: (format) => exportBatches(backend, lastId, format),
    audit: () => auditLedger(backend),
    setting: async <T>(key: string) => (await backend.setting(key)) as T | undefined,
    putSetting: async (key, value) => {
      try {
        await backend.putSetting(key, value);
        return done;
      } catch (thrown) {
        return { ok: false, error: writeFailure(thrown) };
      }
    },
    close: async () => {
      await queue.idle();
      await backend.close();
    },
  };
};
