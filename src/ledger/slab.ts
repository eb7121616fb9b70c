import type { BatchRecord } from '../shared/ports/ledger.ts';
import type { ChannelId, IdentityKey, InfoHash, Satoshi } from '../shared/units.ts';

/**
 * The batches of one transaction, packed: two typed arrays and one string are cloned to disk, however
 * many batches and blocks there are. Heads and rows are kept apart, because history and totals never
 * need single blocks.
 */
export interface SlabHead {
  /** {@link META} numbers a batch: time, satoshi, bytes, channel total after it, rows, 1 if sent. */
  readonly meta: Float64Array;
  /** {@link TEXT} characters a batch: channel id, identity, info hash, all hex. */
  readonly ids: string;
}

/** What a slab is filed under, and its head. */
export interface Slab {
  /** Id of its first batch; the others follow without gaps. */
  readonly first: number;
  readonly head: SlabHead;
}

/** A slab with its blocks: for each batch in turn its columns pieces, offsets, lengths, sats, ages. */
export interface FullSlab extends Slab {
  readonly rows: Uint32Array;
}

/** A batch without its blocks. */
export interface BatchHead {
  readonly id: number;
  readonly time: number;
  readonly sat: Satoshi;
  readonly bytes: number;
  readonly paidAfter: Satoshi;
  readonly blocks: number;
  readonly direction: 'sent' | 'received';
  readonly cid: ChannelId;
  readonly peer: IdentityKey;
  readonly infoHash: InfoHash;
}

const META = 6;
const CID = 32;
const PEER = 66;
const TEXT = CID + PEER + 40;
const COLUMNS = 5;
/** Last moment that a date can name. */
const LAST_TIME = 8.64e15;

/** How many batches a slab holds. */
export const slabSize = (head: SlabHead): number => head.meta.length / META;

/** How many blocks its rows are of. */
export const blockCount = ({ rows }: FullSlab): number => rows.length / COLUMNS;

/** Whether all columns have the same length and the numbers are usable. */
export const isWellFormed = (batch: BatchRecord): boolean => {
  const { pieces, offsets, lengths, sats, ages } = batch;
  const { length } = pieces;
  return (
    [offsets, lengths, sats, ages].every((column) => column.length === length) &&
    [batch.sat, batch.bytes, batch.paidAfter].every(
      (number) => Number.isSafeInteger(number) && number >= 0,
    ) &&
    batch.time >= 0 &&
    batch.time <= LAST_TIME &&
    batch.cid.length + batch.peer.length + batch.infoHash.length === TEXT
  );
};

/** Packs well-formed batches; the first gets id `first`. The result shares no memory with them. */
export const packSlab = (batches: readonly BatchRecord[], first: number): FullSlab => {
  const meta = new Float64Array(batches.length * META);
  const blocks = batches.reduce((sum, { pieces }) => sum + pieces.length, 0);
  const rows = new Uint32Array(blocks * COLUMNS);
  let ids = '';
  let metaAt = 0;
  let rowsAt = 0;
  for (const batch of batches) {
    const { pieces, offsets, lengths, sats, ages } = batch;
    const { length } = pieces;
    meta[metaAt] = batch.time;
    meta[metaAt + 1] = batch.sat;
    meta[metaAt + 2] = batch.bytes;
    meta[metaAt + 3] = batch.paidAfter;
    meta[metaAt + 4] = length;
    meta[metaAt + 5] = batch.direction === 'sent' ? 1 : 0;
    metaAt += META;
    ids += batch.cid + batch.peer + batch.infoHash;
    rows.set(pieces, rowsAt);
    rows.set(offsets, rowsAt + length);
    rows.set(lengths, rowsAt + 2 * length);
    rows.set(sats, rowsAt + 3 * length);
    rows.set(ages, rowsAt + 4 * length);
    rowsAt += COLUMNS * length;
  }
  return { first, head: { meta, ids }, rows };
};

/** One slab of several that follow one another without gaps. */
const joined = (slabs: readonly FullSlab[]): FullSlab => {
  const meta = new Float64Array(slabs.reduce((sum, { head }) => sum + head.meta.length, 0));
  const rows = new Uint32Array(slabs.reduce((sum, slab) => sum + slab.rows.length, 0));
  let metaAt = 0;
  let rowsAt = 0;
  for (const slab of slabs) {
    meta.set(slab.head.meta, metaAt);
    rows.set(slab.rows, rowsAt);
    metaAt += slab.head.meta.length;
    rowsAt += slab.rows.length;
  }
  const ids = slabs.map(({ head }) => head.ids).join('');
  return { first: slabs[0]?.first ?? 0, head: { meta, ids }, rows };
};

/** The same batches in fewer slabs, of at least `size` batches each but the last. */
export const joinSlabs = (slabs: readonly FullSlab[], size: number): readonly FullSlab[] => {
  const groups: FullSlab[][] = [];
  let batches = size;
  for (const slab of slabs) {
    if (batches >= size) {
      groups.push([]);
      batches = 0;
    }
    groups.at(-1)?.push(slab);
    batches += slabSize(slab.head);
  }
  return groups.map(joined);
};

/** Its first `batches` batches and the others. */
export const splitSlab = (slab: FullSlab, batches: number): readonly [FullSlab, FullSlab] => {
  const { first, head, rows } = slab;
  const blocks = readHeads(slab)
    .slice(0, batches)
    .reduce((sum, one) => sum + one.blocks, 0);
  const part = (from: number, to: number, rowsFrom: number, rowsTo: number): FullSlab => ({
    first: first + from,
    head: {
      meta: head.meta.slice(from * META, to * META),
      ids: head.ids.slice(from * TEXT, to * TEXT),
    },
    rows: rows.slice(rowsFrom * COLUMNS, rowsTo * COLUMNS),
  });
  return [part(0, batches, 0, blocks), part(batches, slabSize(head), blocks, Infinity)];
};

/** Batch number `index` of a slab. The units were checked on the way in. */
export const readHead = ({ first, head }: Slab, index: number): BatchHead => {
  const at = (column: number): number => head.meta[index * META + column] ?? 0;
  const text = index * TEXT;
  return {
    id: first + index,
    time: at(0),
    sat: at(1) as Satoshi,
    bytes: at(2),
    paidAfter: at(3) as Satoshi,
    blocks: at(4),
    direction: at(5) === 1 ? 'sent' : 'received',
    cid: head.ids.slice(text, text + CID) as ChannelId,
    peer: head.ids.slice(text + CID, text + CID + PEER) as IdentityKey,
    infoHash: head.ids.slice(text + CID + PEER, text + TEXT) as InfoHash,
  };
};

/** All batches of a slab, oldest first. */
export const readHeads = (slab: Slab): readonly BatchHead[] =>
  Array.from({ length: slabSize(slab.head) }, (_, index) => readHead(slab, index));

/** What the blocks of each batch add up to, in the order of {@link readHeads}. */
export const sumRows = (slab: FullSlab): readonly { sat: number; bytes: number }[] => {
  let at = 0;
  return readHeads(slab).map(({ blocks }) => {
    let sat = 0;
    let bytes = 0;
    for (let i = 0; i < blocks; i += 1) {
      bytes += slab.rows[at + 2 * blocks + i] ?? 0;
      sat += slab.rows[at + 3 * blocks + i] ?? 0;
    }
    at += COLUMNS * blocks;
    return { sat, bytes };
  });
};

/** Whether the rows are there for every block that the heads speak of. */
export const isComplete = (slab: FullSlab): boolean =>
  slab.rows.length === readHeads(slab).reduce((sum, { blocks }) => sum + blocks * COLUMNS, 0);
