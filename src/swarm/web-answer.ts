import type { WebSeedFault } from '../shared/ports/torrents.ts';

/** Bytes of one file, `to` exclusive. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

const BUSY: ReadonlySet<number> = new Set([408, 425, 429]);

const faultOf = (status: number): WebSeedFault => {
  if (status === 416) return 'wrong-length';
  return status >= 500 || BUSY.has(status) ? 'busy' : 'refused';
};

/** Whether a `Content-Range` says what was asked for; browsers show it only if the host lets them. */
const isRange = (header: string, { from, to }: ByteRange, length: number): boolean => {
  const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/u.exec(header.trim()) ?? [];
  return (
    Number(first) === from && Number(last) === to - 1 && (total === '*' || Number(total) === length)
  );
};

/** What is wrong with the head of an answer to a range request of a file of `length` bytes. */
export const faultOfAnswer = (
  { status, headers }: Pick<Response, 'status' | 'headers'>,
  range: ByteRange,
  length: number,
): WebSeedFault | null => {
  const isWhole = range.from === 0 && range.to === length;
  if (status === 200) return isWhole ? null : 'no-ranges';
  if (status !== 206) return faultOf(status);
  const header = headers.get('content-range');
  return header === null || isRange(header, range, length) ? null : 'wrong-length';
};
