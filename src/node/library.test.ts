import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { done, fail } from '../shared/result.ts';
import { infoHash, satPerMiB } from '../shared/units.ts';
import { createIntents, decodeIntent, encodeIntent, type Intent } from './library.ts';

describe('decodeIntent', () => {
  it('reads back what was written as JSON', () => {
    const intent: Intent = {
      addedAt: 1_790_000_000,
      sellPrice: satPerMiB(1_088),
      wanted: [0, 2],
      paused: true,
      own: false,
      removed: true,
      priorities: new Map([
        [2, 'high'],
        [0, 'low'],
      ]),
    };
    expect(decodeIntent(JSON.parse(encodeIntent(intent)))).toEqual(intent);
    const stopped: Intent = { ...intent, wanted: null };
    expect(decodeIntent(JSON.parse(encodeIntent(stopped)))).toEqual(stopped);
  });

  it('reads what an older version wrote', () => {
    const old = { addedAt: 5, sellPrice: 7, wanted: [1], own: true };
    expect(decodeIntent(old)).toEqual({
      ...old,
      paused: false,
      removed: false,
      priorities: new Map(),
    });
  });

  it('never throws and never invents a price', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const intent = decodeIntent(value);
        if (intent !== null) expect(Number.isSafeInteger(intent.sellPrice)).toBe(true);
      }),
    );
  });
});

describe('intents', () => {
  it('keep what is not changed, across a restart too', async () => {
    const hash = infoHash('ab'.repeat(20));
    const saved: string[] = [];
    const store = {
      async save(_hash: unknown, intent: Intent) {
        saved.push(encodeIntent(intent));
        return done;
      },
    };
    const intents = createIntents(store);
    const fresh = { addedAt: 3, sellPrice: satPerMiB(9) };
    await intents.change(hash, { own: true }, fresh);
    await intents.change(hash, { wanted: [1] }, { ...fresh, addedAt: 99 });
    const last = decodeIntent(JSON.parse(saved.at(-1) ?? ''));
    expect(last).toMatchObject({ addedAt: 3, sellPrice: 9, own: true, wanted: [1] });
    const later = createIntents(store);
    if (last !== null) later.recall(hash, last);
    await later.change(hash, { removed: true }, fresh);
    expect(later.get(hash)).toMatchObject({ own: true, wanted: [1], removed: true });
    later.forget(hash);
    expect(later.get(hash)).toBeNull();
  });

  it('hold also where nothing is stored, and say when they could not be written down', async () => {
    const hash = infoHash('ab'.repeat(20));
    const fresh = { addedAt: 3, sellPrice: satPerMiB(9) };
    const change = async (code: 'not-found' | 'storage') => {
      const intents = createIntents({ save: async () => fail(code, 'no') });
      const changed = await intents.change(hash, { paused: true }, fresh);
      expect(intents.get(hash)).toMatchObject({ paused: true });
      return changed;
    };
    expect(await change('not-found')).toEqual(done);
    expect(await change('storage')).toMatchObject({ ok: false, error: { code: 'storage' } });
  });
});
