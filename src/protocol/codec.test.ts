import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../shared/hex.ts';
import { unwrap } from '../shared/result.ts';
import { channelId, satoshi } from '../shared/units.ts';
import { decodeMessage, encodeMessage } from './codec.ts';
import { WIRE_ERRORS } from './errors.ts';
import { MAX_FUNDING_BYTES, MAX_MESSAGE_BYTES, MAX_RAW_TX_BYTES } from './limits.ts';
import type { Message, Pay } from './messages.ts';
import { anyMessage } from './testing/arbitraries.ts';
import { byteFields, fromVector } from './testing/vectors.ts';

/** The parsed JSON of docs/vectors/`name`. */
const readVectors = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../docs/vectors/${name}`, import.meta.url), 'utf8'));

type Fields = Record<string, unknown>;
type Outcome = 'message' | 'unknown' | 'malformed';

const MESSAGES = readVectors('messages.json') as { name: string; message: Fields; hex: string }[];
const DECODING = readVectors('decoding.json') as {
  name: string;
  hex: string;
  tail?: { byte: number; count: number };
  outcome: Outcome;
  message?: Fields;
}[];

const cid = channelId('00112233445566778899aabbccddeeff');
const pay: Pay = {
  type: 'pay',
  cid,
  paid: satoshi(1),
  bytes: 1,
  signature: new Uint8Array(72).fill(1),
};

const outcomeOf = (data: Uint8Array): Outcome => {
  const result = decodeMessage(data);
  if (result.ok) return 'message';
  return result.error.code === 'unsupported' ? 'unknown' : 'malformed';
};

describe('message vectors', () => {
  it.each(MESSAGES)('$name', ({ message, hex }) => {
    const expected = fromVector<Message>(message);
    expect(toHex(encodeMessage(expected))).toBe(hex);
    expect(unwrap(decodeMessage(fromHex(hex)))).toEqual(expected);
  });

  it('cover every message and every error code', () => {
    const types = new Set(MESSAGES.map(({ message }) => message['type']));
    expect(types.size).toBe(12);
    const codes = MESSAGES.filter(({ message }) => message['type'] === 'error');
    expect(new Set(codes.map(({ message }) => message['code']))).toEqual(
      new Set(Object.keys(WIRE_ERRORS)),
    );
  });
});

describe('decoding vectors', () => {
  it.each(DECODING)('$name', ({ hex, tail, outcome, message }) => {
    const head = fromHex(hex);
    const data = new Uint8Array(head.length + (tail?.count ?? 0)).fill(tail?.byte ?? 0);
    data.set(head);
    expect(outcomeOf(data)).toBe(outcome);
    if (message) expect(unwrap(decodeMessage(data))).toEqual(fromVector(message));
  });
});

describe('encodeMessage and decodeMessage', { timeout: 60_000 }, () => {
  it('are inverse', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        expect(unwrap(decodeMessage(encodeMessage(message)))).toEqual(message);
      }),
      { numRuns: 3_000 },
    );
  });

  it('keep pay within 107 bytes', () => {
    const largest = { ...pay, signature: new Uint8Array(73) };
    expect(encodeMessage(largest)).toHaveLength(107);
  });

  it('carry the largest transactions within the largest message', () => {
    const rawTx = new Uint8Array(MAX_RAW_TX_BYTES).fill(7);
    const data = encodeMessage({ type: 'closed', cid, rawTx });
    expect(unwrap(decodeMessage(data))).toEqual({ type: 'closed', cid, rawTx });
    expect(MAX_FUNDING_BYTES + 1_024).toBeLessThan(MAX_MESSAGE_BYTES);
  });

  it('cut a long detail between characters', () => {
    const detail = '長'.repeat(100);
    const fault = { type: 'error', code: 'internal', cid: null } as const;
    expect(unwrap(decodeMessage(encodeMessage({ ...fault, detail })))).toEqual({
      ...fault,
      detail: '長'.repeat(66),
    });
  });
});

describe('encodeMessage', () => {
  const one = satoshi(1);
  it.each<[string, Message]>([
    ['an amount that no constructor made', { ...pay, paid: -1 as typeof one }],
    ['a fraction of a byte', { ...pay, bytes: 0.5 }],
    ['an unsafe count', { ...pay, bytes: 2 ** 53 }],
    ['not a number', { ...pay, bytes: Number.NaN }],
    ['a signature that is too short', { ...pay, signature: new Uint8Array(8) }],
    ['a signature that is too long', { ...pay, signature: new Uint8Array(74) }],
    ['a window above its bound', { type: 'credit', cid, paid: one, window: 2 ** 30 + 1 }],
    [
      'an unsigned state that pays',
      { type: 'resume', cid, paid: one, bytes: 0, signature: new Uint8Array(0) },
    ],
    ['a large transaction', { type: 'closed', cid, rawTx: new Uint8Array(MAX_RAW_TX_BYTES + 1) }],
  ])('refuses %s', (_name, message) => {
    expect(() => encodeMessage(message)).toThrow(RangeError);
  });
});

describe('decodeMessage on hostile bytes', { timeout: 60_000 }, () => {
  /** No throw; and whatever came out was in there, copied. */
  const survives = (data: Uint8Array): void => {
    const result = decodeMessage(data);
    if (!result.ok) {
      expect(['protocol', 'unsupported']).toContain(result.error.code);
      return;
    }
    const parts = byteFields(result.value);
    expect(parts.reduce((sum, part) => sum + part.length, 0)).toBeLessThanOrEqual(data.length);
    for (const part of parts) {
      expect(part.buffer).not.toBe(data.buffer);
      expect(part.buffer.byteLength).toBe(part.length);
    }
    // What is accepted is in bounds, so that it can be written again.
    expect(() => encodeMessage(result.value)).not.toThrow();
  };

  it('survives random buffers', () => {
    const numbered = fc
      .tuple(fc.integer({ min: 0, max: 13 }), fc.uint8Array({ maxLength: 200 }))
      .map(([number, rest]) => Uint8Array.from([number, ...rest]));
    fc.assert(fc.property(fc.oneof(numbered, fc.uint8Array({ maxLength: 300 })), survives), {
      numRuns: 10_000,
    });
  });

  it('survives every kind of damage to a valid message', () => {
    const damage = fc.record({
      message: anyMessage,
      flips: fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 4 }),
      keep: fc.option(fc.nat()),
      extra: fc.uint8Array({ maxLength: 8 }),
    });
    fc.assert(
      fc.property(damage, ({ message, flips, keep, extra }) => {
        const data = encodeMessage(message);
        for (const [at, value] of flips) data[at % data.length] = value;
        const kept = keep === null ? data : data.slice(0, keep % (data.length + 1));
        survives(Uint8Array.from([...kept, ...extra]));
      }),
      { numRuns: 10_000 },
    );
  });

  it('finds a field missing at every cut', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        const data = encodeMessage(message);
        for (let length = 0; length < data.length; length += 1) {
          expect(outcomeOf(data.subarray(0, length))).toBe('malformed');
        }
      }),
      { numRuns: 200 },
    );
  });

  it('shares no memory with a Buffer either', () => {
    const data = Buffer.from(encodeMessage(pay));
    const message = unwrap(decodeMessage(data));
    data.fill(0xee);
    expect(message).toEqual(pay);
  });
});
