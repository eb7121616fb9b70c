import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../shared/result.ts';
import { createEnvelope } from './envelope.ts';

const PASSPHRASE = 'correct horse battery';
const quick = createEnvelope(crypto, 1);
const content = Uint8Array.from({ length: 500 }, (_, i) => i % 251);

describe('a backup file', () => {
  it('is opened by its passphrase alone, however its letters were typed', async () => {
    const strong = createEnvelope(crypto);
    const file = unwrap(await strong.seal('Grüße vom Berg', content));
    expect(unwrap(await strong.open('Gru\u0308ße vom Berg', file))).toEqual(content);
    expect(await strong.open('Gruße vom Berg', file)).toMatchObject({
      ok: false,
      error: { code: 'wallet-locked' },
    });
    expect(new DataView(file.buffer).getUint32(10)).toBe(600_000);
  });

  it('is another one each time', async () => {
    const [a, b] = [await quick.seal(PASSPHRASE, content), await quick.seal(PASSPHRASE, content)];
    expect(unwrap(a)).not.toEqual(unwrap(b));
  });

  it('asks for a passphrase of some length', async () => {
    expect(await quick.seal('too short', content)).toMatchObject({ error: { code: 'bad-input' } });
  });

  it('is refused with any bit changed, and at any length but its own', async () => {
    const file = unwrap(await quick.seal(PASSPHRASE, content));
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: file.length * 8 - 1 }), async (bit) => {
        const changed = file.slice();
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const opened = await quick.open(PASSPHRASE, changed);
        expect(opened.ok === false && opened.error.code).toMatch(/^(bad-input|unsupported)$/);
      }),
      { numRuns: 300 },
    );
    for (let length = 0; length < file.length; length += 1) {
      const opened = await quick.open(PASSPHRASE, file.subarray(0, length));
      expect(opened.ok).toBe(false);
    }
    expect((await quick.open(PASSPHRASE, Uint8Array.of(...file, 0))).ok).toBe(false);
  });

  it('never throws for foreign bytes, nor counts for ever', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        expect((await quick.open(PASSPHRASE, bytes)).ok).toBe(false);
      }),
    );
    const endless = unwrap(await createEnvelope(crypto, 1).seal(PASSPHRASE, content));
    new DataView(endless.buffer).setUint32(10, 0xffffffff);
    const end = endless.length - 32;
    endless.set(new Uint8Array(await crypto.subtle.digest('SHA-256', endless.slice(0, end))), end);
    expect(await quick.open(PASSPHRASE, endless)).toMatchObject({ error: { code: 'bad-input' } });
  });
});
