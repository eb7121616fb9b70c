import type { AccountRecord, ChannelRecord } from '../shared/ports/ledger.ts';
import type { ChannelId, IdentityKey, InfoHash, Satoshi } from '../shared/units.ts';
import type { ChannelRow, JournalEntry } from './schema.ts';
import { joinSlabs, type FullSlab } from './slab.ts';
import { ALL, type TotalsRow } from './totals.ts';

/** The fields of a channel that payments change. */
const HOT = ['paid', 'bytes', 'signature', 'ackedPaid', 'updatedAt'] as const;
type Hot = (typeof HOT)[number];

const CID = 32;
const ROLE_AND_PEER = 67;
const HASH = 40;

export const sameBytes = (a: Uint8Array | null, b: Uint8Array | null): boolean =>
  a === b ||
  (a !== null && b !== null && a.length === b.length && a.every((value, i) => value === b[i]));

const sameValue = (a: unknown, b: unknown): boolean =>
  a instanceof Uint8Array && b instanceof Uint8Array ? sameBytes(a, b) : a === b;

/** Whether nothing but what a payment changes tells the two states of a channel apart. */
export const isPayment = (before: ChannelRecord, after: ChannelRecord): boolean =>
  (Object.keys(after) as (keyof ChannelRecord)[]).every(
    (key) => (HOT as readonly string[]).includes(key) || sameValue(before[key], after[key]),
  );

/** `width` numbers of each record, one after the other; {@link unpack} reads them. */
const pack = <T>(
  records: readonly T[],
  width: number,
  numbersOf: (record: T) => readonly number[],
): Float64Array<ArrayBuffer> => {
  const numbers = new Float64Array(records.length * width);
  records.forEach((record, index) => {
    numbers.set(numbersOf(record), index * width);
  });
  return numbers;
};

export const packEntry = (changes: {
  readonly channels: readonly Pick<ChannelRecord, Hot | 'cid'>[];
  readonly accounts: readonly AccountRecord[];
  readonly totals: readonly TotalsRow[];
  readonly slab: FullSlab | null;
}): JournalEntry => {
  const { channels, accounts, totals, slab } = changes;
  const signatures = new Uint8Array(
    channels.reduce((sum, { signature }) => sum + signature.length, 0),
  );
  let at = 0;
  for (const { signature } of channels) {
    signatures.set(signature, at);
    at += signature.length;
  }
  return {
    cids: channels.map(({ cid }) => cid).join(''),
    channels: pack(channels, 5, (one) => [
      one.paid,
      one.bytes,
      one.ackedPaid,
      one.updatedAt,
      one.signature.length,
    ]),
    signatures,
    peers: accounts.map(({ role, peer }) => (role === 'payer' ? 'r' : 'e') + peer).join(''),
    accounts: pack(accounts, 7, (one) => [
      one.costSat,
      one.costRemainder,
      one.bytes,
      one.paid,
      one.forgivenSat,
      one.forgivenBytes,
      one.updatedAt,
    ]),
    ...(accounts.some(({ due = [] }) => due.length > 0) && {
      due: accounts.map(({ due = [] }) => due),
    }),
    torrents: totals.map(({ key }) => key.padEnd(HASH)).join(''),
    totals: pack(totals, 7, (one) => [
      one.paidSat,
      one.paidBytes,
      one.paidBlocks,
      one.earnedSat,
      one.earnedBytes,
      one.earnedBlocks,
      one.upTo,
    ]),
    ...(slab !== null && { slab }),
  };
};

/** What a session begins with; `mark` names its log, if it has one (wal/file.ts). */
export const emptyEntry = (mark?: Uint8Array): JournalEntry => {
  const entry = packEntry({ channels: [], accounts: [], totals: [], slab: null });
  return mark === undefined ? entry : { ...entry, signatures: mark };
};

export const isEmptyEntry = ({ cids, peers, torrents, slab }: JournalEntry): boolean =>
  cids + peers + torrents === '' && slab === undefined;

/** Cuts `text` into pieces of `width` and gives each its numbers. */
const unpack = <T>(
  text: string,
  width: number,
  numbers: Float64Array,
  make: (id: string, number: (column: number) => number, index: number) => T,
): T[] => {
  const count = text.length / width;
  const columns = numbers.length / count;
  return Array.from({ length: count }, (_, index) =>
    make(
      text.slice(index * width, (index + 1) * width),
      (column) => numbers[index * columns + column] ?? 0,
      index,
    ),
  );
};

const unpackChannels = (entry: JournalEntry): Pick<ChannelRow, Hot | 'cid'>[] => {
  let at = 0;
  return unpack(entry.cids, CID, entry.channels, (cid, number) => {
    const start = at;
    at += number(4);
    return {
      cid: cid as ChannelId,
      paid: number(0) as Satoshi,
      bytes: number(1),
      ackedPaid: number(2) as Satoshi,
      updatedAt: number(3),
      signature: entry.signatures.slice(start, at),
    };
  });
};

const unpackAccounts = (entry: JournalEntry): AccountRecord[] =>
  unpack(entry.peers, ROLE_AND_PEER, entry.accounts, (id, number, index) => ({
    role: id.startsWith('r') ? 'payer' : 'payee',
    peer: id.slice(1) as IdentityKey,
    costSat: number(0) as Satoshi,
    costRemainder: number(1),
    bytes: number(2),
    paid: number(3) as Satoshi,
    forgivenSat: number(4) as Satoshi,
    forgivenBytes: number(5),
    updatedAt: number(6),
    ...(entry.due !== undefined && { due: entry.due[index] ?? [] }),
  }));

const unpackTotals = (entry: JournalEntry): TotalsRow[] =>
  unpack(entry.torrents, HASH, entry.totals, (id, number) => ({
    key: id.trimEnd() === ALL ? ALL : (id as InfoHash),
    paidSat: number(0) as Satoshi,
    paidBytes: number(1),
    paidBlocks: number(2),
    earnedSat: number(3) as Satoshi,
    earnedBytes: number(4),
    earnedBlocks: number(5),
    upTo: number(6),
  }));

/** One entry that does what `entries` do one after the other. */
export const mergeEntries = (entries: readonly JournalEntry[]): JournalEntry => {
  const channels = entries.flatMap(unpackChannels);
  const accounts = entries.flatMap(unpackAccounts);
  const totals = entries.flatMap(unpackTotals);
  const [slab = null] = joinSlabs(
    entries.flatMap((entry) => (entry.slab === undefined ? [] : [entry.slab])),
    Infinity,
  );
  return packEntry({
    channels: [...new Map(channels.map((one) => [one.cid, one])).values()],
    accounts: [...new Map(accounts.map((one) => [accountKey(one), one])).values()],
    totals: [...new Map(totals.map((one) => [one.key, one])).values()],
    slab,
  });
};

/** Newest rows, by their keys. */
export interface Rows {
  readonly channels: Map<string, ChannelRow>;
  readonly accounts: Map<string, AccountRecord>;
  readonly totals: Map<string, TotalsRow>;
}

export const noRows = (): Rows => ({ channels: new Map(), accounts: new Map(), totals: new Map() });

export const accountKey = ({ role, peer }: Pick<AccountRecord, 'role' | 'peer'>): string =>
  role + peer;

/** Brings `rows` up to date with entry `number`. A channel that was written whole later stays. */
export const applyEntry = (rows: Rows, number: number, entry: JournalEntry): void => {
  for (const hot of unpackChannels(entry)) {
    const row = rows.channels.get(hot.cid);
    if (row === undefined || row.entry >= number) continue;
    rows.channels.set(hot.cid, { ...row, ...hot });
  }
  for (const account of unpackAccounts(entry)) rows.accounts.set(accountKey(account), account);
  for (const totals of unpackTotals(entry)) rows.totals.set(totals.key, totals);
};
