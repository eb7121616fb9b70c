import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { infoHash } from '../../shared/units.ts';
import { etagOf, fileHeaders } from './file-headers.ts';
import { planRange, type RangePlan } from './range.ts';

const ETAG = '"tag"';
const plan = (length: number, range: string | null, ifRange: string | null = null): RangePlan =>
  planRange(length, ETAG, range, ifRange);
const part = (start: number, end: number): RangePlan => ({ status: 206, start, end });
const whole = (length: number): RangePlan => ({ status: 200, start: 0, end: length });
const unsatisfiable: RangePlan = { status: 416 };

describe('ranges', () => {
  it.each([
    ['bytes=0-', part(0, 100)],
    ['bytes=0-1', part(0, 2)],
    ['bytes=0-0', part(0, 1)],
    ['bytes=99-', part(99, 100)],
    ['bytes=10-19', part(10, 20)],
    ['bytes=10-1000', part(10, 100)],
    ['bytes=90-99999999999999999999999999', part(90, 100)],
    ['bytes=-1', part(99, 100)],
    ['bytes=-100', part(0, 100)],
    ['bytes=-1000', part(0, 100)],
    ['BYTES=0-1', part(0, 2)],
    [' bytes=0-1 ', part(0, 2)],
    ['bytes= 0-1', part(0, 2)],
  ])('answers %s with a part', (header, expected) => {
    expect(plan(100, header)).toEqual(expected);
  });

  it.each([
    'bytes=100-',
    'bytes=100-200',
    'bytes=-0',
    'bytes=99999999999999999999-',
    'bytes=200-300,-0',
  ])('refuses %s, which lies outside', (header) => {
    expect(plan(100, header)).toEqual(unsatisfiable);
  });

  it.each([
    '',
    'bytes',
    'bytes=',
    'bytes=-',
    'bytes=a-b',
    'bytes=1',
    'bytes=5-2',
    'bytes=-1-2',
    'items=0-1',
    'bytes=0x1-2',
    'bytes=1.5-2',
    'bytes=0-1;2-3',
    'bytes=,',
  ])('ignores %j, which is no range', (header) => {
    expect(plan(100, header)).toEqual(whole(100));
  });

  it('joins ranges that touch or overlap, and ignores sets that do not join', () => {
    expect(plan(100, 'bytes=0-9,10-19')).toEqual(part(0, 20));
    expect(plan(100, 'bytes=50-, 0-60')).toEqual(part(0, 100));
    expect(plan(100, 'bytes=0-1, 500-')).toEqual(part(0, 2));
    expect(plan(100, 'bytes=0-1,5-6')).toEqual(whole(100));
    expect(plan(100, `bytes=${Array.from({ length: 65 }, () => '0-1').join(',')}`)).toEqual(
      whole(100),
    );
  });

  it('takes the range only if the strong tag still matches', () => {
    expect(plan(100, 'bytes=0-1', ETAG)).toEqual(part(0, 2));
    expect(plan(100, 'bytes=0-1', `W/${ETAG}`)).toEqual(whole(100));
    expect(plan(100, 'bytes=0-1', '"other"')).toEqual(whole(100));
    expect(plan(100, 'bytes=0-1', 'Wed, 21 Oct 2015 07:28:00 GMT')).toEqual(whole(100));
  });

  it('has no satisfiable range in an empty file', () => {
    expect(plan(0, null)).toEqual(whole(0));
    expect(plan(0, 'bytes=0-')).toEqual(unsatisfiable);
    expect(plan(0, 'bytes=-5')).toEqual(unsatisfiable);
  });

  it('agrees with a reference on every first and last position', () => {
    const position = fc.option(fc.nat(30), { nil: null });
    fc.assert(
      fc.property(fc.nat(25), position, position, (length, first, last) => {
        const header = `bytes=${first ?? ''}-${last ?? ''}`;
        const wanted = Array.from({ length }, (_, at) => at).filter((at) =>
          first === null ? at >= length - (last ?? 0) : at >= first && at <= (last ?? Infinity),
        );
        const malformed = first === null ? last === null : last !== null && last < first;
        const got = plan(length, header);
        if (malformed) expect(got).toEqual(whole(length));
        else if (wanted.length === 0) expect(got).toEqual(unsatisfiable);
        else expect(got).toEqual(part(wanted[0] ?? 0, (wanted.at(-1) ?? 0) + 1));
      }),
    );
  });

  it('gives consistent headers for any length and any header', () => {
    const pieces = fc.constantFrom(
      'bytes',
      '=',
      '-',
      ',',
      ' ',
      '0',
      '1',
      '7',
      '42',
      '999999999999',
      'x',
    );
    const headers = fc.oneof(
      fc.string(),
      fc.array(pieces, { maxLength: 12 }).map((list) => list.join('')),
      fc.array(pieces, { maxLength: 8 }).map((list) => `bytes=${list.join('')}`),
    );
    const ref = { infoHash: infoHash('00'.repeat(20)), file: 3 };
    fc.assert(
      fc.property(fc.nat(60), headers, (length, range) => {
        const answer = planRange(length, etagOf(ref), range, null);
        const sent = fileHeaders(ref, { name: 'a.mp4', length }, answer, false);
        expect(sent['Accept-Ranges']).toBe('bytes');
        if (answer.status === 416) {
          expect(sent['Content-Range']).toBe(`bytes */${length}`);
          return;
        }
        expect(Number(sent['Content-Length'])).toBe(answer.end - answer.start);
        expect(answer.start).toBeGreaterThanOrEqual(0);
        expect(answer.end).toBeLessThanOrEqual(length);
        if (answer.status === 200) {
          expect(answer).toEqual(whole(length));
          expect(sent['Content-Range']).toBeUndefined();
        } else {
          expect(answer.end).toBeGreaterThan(answer.start);
          expect(sent['Content-Range']).toBe(`bytes ${answer.start}-${answer.end - 1}/${length}`);
        }
      }),
      { numRuns: 500 },
    );
  });
});
