import { noRows, type Rows } from './journal.ts';
import { joinSlabs, slabSize, type FullSlab } from './slab.ts';

/** Batches of a slab that is made of several: a page of history is four of them. */
export const SLAB_BATCHES = 128;
/** Transactions over which a filing is spread: all in one would hold every payment back meanwhile. */
const STEPS = 16;

/** Numbers of entries, first and last. */
export type Span = readonly [from: number, to: number];

/** What one transaction does for a filing. */
export interface FilingStep {
  readonly slabs: readonly FullSlab[];
  readonly rows: Rows;
  /** Entries that are gone: everything in them was filed by earlier steps. */
  readonly forget: Span | null;
  /** Slabs of the journal that `slabs` are made of. */
  readonly used: number;
}

/** What the journal held when it had grown too long, on its way to the stores. */
export interface Filing {
  /** What is left to do: slabs that are not filed and rows that are not written. */
  readonly slabs: readonly FullSlab[];
  readonly rows: Rows;
  /** Entries that are left. */
  readonly entries: Span;
  /** Parts of a step. */
  readonly share: { readonly slabs: number; readonly rows: number; readonly entries: number };
}

const part = (count: number): number => Math.ceil(count / STEPS);

const countOf = ({ channels, accounts, totals }: Rows): number =>
  channels.size + accounts.size + totals.size;

export const beginFiling = (slabs: readonly FullSlab[], rows: Rows, entries: Span): Filing => ({
  slabs,
  rows,
  entries,
  share: {
    slabs: part(slabs.length),
    rows: part(countOf(rows)),
    entries: part(entries[1] - entries[0] + 1),
  },
});

/** Slabs for one step: its share, and so many more that no small slab is made of them. */
const slabsOf = ({ slabs, share }: Filing): readonly FullSlab[] => {
  const taken: FullSlab[] = [];
  let batches = 0;
  for (const slab of slabs) {
    if (taken.length >= share.slabs && batches >= SLAB_BATCHES) break;
    taken.push(slab);
    batches += slabSize(slab.head);
  }
  return taken;
};

const take = <T>(map: ReadonlyMap<string, T>, count: number): Map<string, T> =>
  new Map([...map].slice(0, Math.max(0, count)));

const rowsOf = ({ rows, share }: Filing): Rows => {
  const channels = take(rows.channels, share.rows);
  const accounts = take(rows.accounts, share.rows - channels.size);
  const totals = take(rows.totals, share.rows - channels.size - accounts.size);
  return { channels, accounts, totals };
};

/** The next step. First everything is filed, and only then, by later transactions, forgotten. */
export const nextStep = (filing: Filing): FilingStep => {
  const { slabs, rows, entries, share } = filing;
  if (slabs.length > 0 || countOf(rows) > 0) {
    const used = slabsOf(filing);
    return {
      slabs: joinSlabs(used, SLAB_BATCHES),
      used: used.length,
      rows: rowsOf(filing),
      forget: null,
    };
  }
  const [from, to] = entries;
  const forget: Span = [from, Math.min(to, from + share.entries - 1)];
  return { slabs: [], used: 0, rows: noRows(), forget };
};

const without = <T>(map: ReadonlyMap<string, T>, gone: ReadonlyMap<string, T>): Map<string, T> =>
  new Map([...map].filter(([key]) => !gone.has(key)));

/** What is left when `step` is durable; null when that was the last one. */
export const afterStep = (filing: Filing, step: FilingStep): Filing | null => {
  const { slabs, rows, entries, share } = filing;
  const from = step.forget === null ? entries[0] : step.forget[1] + 1;
  if (from > entries[1]) return null;
  return {
    slabs: slabs.slice(step.used),
    rows: {
      channels: without(rows.channels, step.rows.channels),
      accounts: without(rows.accounts, step.rows.accounts),
      totals: without(rows.totals, step.rows.totals),
    },
    entries: [from, entries[1]],
    share,
  };
};

/** The same without channels that were written whole meanwhile: those rows are newer. */
export const withoutChannels = (filing: Filing, cids: readonly string[]): Filing => {
  const channels = new Map(filing.rows.channels);
  for (const cid of cids) channels.delete(cid);
  return { ...filing, rows: { ...filing.rows, channels } };
};
