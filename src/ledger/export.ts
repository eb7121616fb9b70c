import type { Backend } from './backend.ts';
import { eachHead } from './history.ts';
import type { BatchHead } from './slab.ts';

/** Names and order of the columns stay: people's spreadsheets depend on them. New ones are appended. */
const COLUMNS: readonly (readonly [name: string, value: (head: BatchHead) => string | number])[] = [
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
];

/** RFC 4180: a header, CRLF after each line. No value can hold a comma, a quote or a line break. */
const csv = (lines: readonly BatchHead[]): string =>
  [
    COLUMNS.map(([name]) => name).join(','),
    ...lines.map((head) => COLUMNS.map(([, value]) => value(head)).join(',')),
    '',
  ].join('\r\n');

const json = (lines: readonly BatchHead[]): string =>
  JSON.stringify(
    lines.map((head) => Object.fromEntries(COLUMNS.map(([name, value]) => [name, value(head)]))),
    null,
    1,
  );

/** The whole history, oldest first, one row a batch; times in ISO 8601, UTC. */
export const exportBatches = async (
  backend: Pick<Backend, 'heads'>,
  lastId: number,
  format: 'csv' | 'json',
): Promise<string> => {
  const heads: BatchHead[] = [];
  await eachHead(backend, lastId, (head) => heads.push(head));
  return format === 'csv' ? csv(heads) : json(heads);
};
