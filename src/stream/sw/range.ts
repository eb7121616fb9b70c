/**
 * Which bytes of a file a request is for: RFC 9110 sections 13.1.5 (If-Range) and 14 (Range), with
 * one unit, `bytes`. Pure: the same length and headers give the same answer.
 */
export type RangePlan =
  | { readonly status: 200; readonly start: 0; readonly end: number }
  /** `end` is exclusive and greater than `start`. */
  | { readonly status: 206; readonly start: number; readonly end: number }
  | { readonly status: 416 };

interface Interval {
  readonly start: number;
  readonly end: number;
}

/** More ranges than any player asks for at once; a longer list is ignored, as the RFC allows. */
const MAX_RANGES = 64;

const SPEC = /^(\d*)-(\d*)$/;

/**
 * One range of a set: an interval, null when it lies outside the file, undefined when malformed.
 * Positions too large for a number turn into Infinity or round beyond the length, and are clamped.
 */
const interval = (spec: string, length: number): Interval | null | undefined => {
  const match = SPEC.exec(spec);
  if (!match) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const start = Math.max(0, length - Number(last));
    return start < length ? { start, end: length } : null;
  }
  const start = Number(first);
  const end = last === '' ? length : Math.min(Number(last) + 1, length);
  if (last !== '' && Number(last) < start) return undefined;
  return start < length ? { start, end } : null;
};

/** The one interval that covers all without a gap, or null. */
const joined = (intervals: readonly Interval[]): Interval | null => {
  const [first, ...others] = [...intervals].sort((a, b) => a.start - b.start);
  if (!first) return null;
  let { end } = first;
  for (const next of others) {
    if (next.start > end) return null;
    end = Math.max(end, next.end);
  }
  return { start: first.start, end };
};

/**
 * Plans the answer to a GET. `range` and `ifRange` are header values, null when absent.
 * A set of ranges that does not join into one is answered whole: the RFC lets a server ignore it,
 * and no player sends one.
 */
export const planRange = (
  length: number,
  etag: string,
  range: string | null,
  ifRange: string | null,
): RangePlan => {
  const whole: RangePlan = { status: 200, start: 0, end: length };
  if (range === null) return whole;
  // Only the strong tag counts; a date cannot match, because no Last-Modified is ever sent.
  if (ifRange !== null && ifRange.trim() !== etag) return whole;
  const set = /^bytes=(.*)$/i.exec(range.trim())?.[1];
  if (set === undefined) return whole;
  const specs = set
    .split(',')
    .map((spec) => spec.trim())
    .filter((spec) => spec !== '');
  if (specs.length === 0 || specs.length > MAX_RANGES) return whole;
  const satisfiable: Interval[] = [];
  for (const spec of specs) {
    const each = interval(spec, length);
    if (each === undefined) return whole;
    if (each) satisfiable.push(each);
  }
  if (satisfiable.length === 0) return { status: 416 };
  const one = joined(satisfiable);
  return one ? { status: 206, ...one } : whole;
};
