import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../shared/hex.ts';
import { decodeMessage, encodeMessage } from './codec.ts';
import { WIRE_ERRORS } from './errors.ts';
import { HELLO_BYTES } from './limits.ts';
import * as limits from './limits.ts';
import * as policy from './policy.ts';
import { anyMessage } from './testing/arbitraries.ts';
import { judgeByDocument, writeByDocument, type Fields } from './testing/document-codec.ts';
import {
  documentErrors,
  documentHello,
  documentLimits,
  documentMessages,
} from './testing/document.ts';

/** The parsed JSON of docs/vectors/`name`. */
const readVectors = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../docs/vectors/${name}`, import.meta.url), 'utf8'));

const MESSAGES = readVectors('messages.json') as { name: string; message: Fields; hex: string }[];
const DECODING = readVectors('decoding.json') as {
  name: string;
  hex: string;
  tail?: { byte: number; count: number };
  outcome: string;
}[];

const judge = (data: Uint8Array): string => {
  const result = decodeMessage(data);
  if (result.ok) return 'message';
  return result.error.code === 'unsupported' ? 'unknown' : 'malformed';
};

describe('the tables of the document', () => {
  it.each(MESSAGES)('write $name', ({ message, hex }) => {
    expect(writeByDocument(message)).toBe(hex);
    expect(judgeByDocument(fromHex(hex))).toBe('message');
  });

  it.each(DECODING)('judge $name', ({ hex, tail, outcome }) => {
    const head = fromHex(hex);
    const data = new Uint8Array(head.length + (tail?.count ?? 0)).fill(tail?.byte ?? 0);
    data.set(head);
    expect(judgeByDocument(data)).toBe(outcome);
  });

  it('and the codec judge alike whatever comes', { timeout: 60_000 }, () => {
    const bent = fc
      .tuple(anyMessage, fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }))), fc.nat())
      .map(([message, flips, cut]) => {
        const data = encodeMessage(message);
        for (const [at, value] of flips.slice(0, 4)) data[at % data.length] = value;
        return cut % 3 === 0 ? data.slice(0, cut % (data.length + 1)) : data;
      });
    fc.assert(
      fc.property(bent, (data) => {
        expect(judgeByDocument(data), toHex(data.subarray(0, 200))).toBe(judge(data));
      }),
      { numRuns: 5_000 },
    );
  });

  it('number every message as the codec does', () => {
    expect(documentMessages().map(({ number }) => number)).toEqual(
      Array.from({ length: 12 }, (_, at) => at + 1),
    );
    expect(documentMessages().map(({ type }) => type)).toEqual([
      ...new Set(MESSAGES.map(({ message }) => message['type'])),
    ]);
  });

  it('name every error with its number', () => {
    expect(Object.fromEntries(documentErrors().map(({ code, number }) => [code, number]))).toEqual(
      WIRE_ERRORS,
    );
    for (const { code, carriers } of documentErrors()) {
      expect(carriers.every((name) => name === 'error' || name === 'open_no')).toBe(true);
      expect(carriers.length > 0).toBe(code !== 'wrong-network');
    }
  });

  it('give every limit the value that it has', () => {
    const values: Readonly<Record<string, unknown>> = { ...limits, ...policy };
    expect(documentLimits().size).toBeGreaterThan(20);
    for (const [name, value] of documentLimits())
      expect([name, values[name]]).toEqual([name, value]);
  });

  it('lay the hello out without gaps', () => {
    let end = 0;
    for (const [offset, bytes] of documentHello()) {
      expect(offset).toBe(end);
      end += bytes;
    }
    expect(end).toBe(HELLO_BYTES);
  });
});

describe('vectors', () => {
  it('hold valid and malformed bytes of every message', () => {
    const kind = ({ hex }: { hex: string }): number => parseInt(hex.slice(0, 2), 16);
    for (const { number } of documentMessages()) {
      expect(MESSAGES.some((vector) => kind(vector) === number)).toBe(true);
      const bad = DECODING.filter((one) => one.outcome === 'malformed' && kind(one) === number);
      expect(bad.length).toBeGreaterThanOrEqual(3);
    }
  });
});
