import type { DayTotal } from '../shared/ports/ledger.ts';
import type { Backend } from './backend.ts';
import { eachHead, type Extent } from './history.ts';
import type { BatchHead } from './slab.ts';

type Line = BatchHead | DayTotal;

/** Names and order of the columns stay: people's spreadsheets depend on them. New ones are appended. */
const COLUMNS: readonly (readonly [name: string, value: (line: Line) => string | number])[] = [
  ['id', ({ id }) => id],
  ['time', ({ time }) => new Date(time).toISOString()],
  ['direction', ({ direction }) => direction],
  ['info_hash', ({ infoHash }) => infoHash],
  ['peer', ({ peer }) => peer],
  ['channel', ({ cid }) => cid],
  ['blocks', ({ blocks }) => blocks],
  ['bytes', ({ bytes }) => bytes],
  ['satoshi', ({ sat }) => sat],
  ['channel_total_satoshi', ({ paidAfter }) => paidAfter],
  ['kind', (line) => ('batches' in line ? 'day-total' : 'batch')],
  ['batches', (line) => ('batches' in line ? line.batches : 1)],
];

/** RFC 4180: a header, CRLF after each line. No value can hold a comma, a quote or a line break. */
const csv = (lines: readonly Line[]): string =>
  [
    COLUMNS.map(([name]) => name).join(','),
    ...lines.map((head) => COLUMNS.map(([, value]) => value(head)).join(',')),
    '',
  ].join('\r\n');

const json = (lines: readonly Line[]): string =>
  JSON.stringify(
    lines.map((head) => Object.fromEntries(COLUMNS.map(([name, value]) => [name, value(head)]))),
    null,
    1,
  );

/**
 * The whole history, oldest first, one row a batch or, of kind `day-total`, one for the batches of an
 * old day, channel and torrent; times in ISO 8601, UTC.
 */
export const exportBatches = async (
  backend: Pick<Backend, 'heads' | 'days'>,
  extent: Extent,
  format: 'csv' | 'json',
): Promise<string> => {
  const heads: Line[] = [];
  await eachHead(backend, extent, (head) => heads.push(head));
  return format === 'csv' ? csv(heads) : json(heads);
};
