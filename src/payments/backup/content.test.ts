import { PrivateKey } from '@bsv/sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openMemoryLedger } from '../../ledger/memory.ts';
import { createBooks, outboxOf } from '../../ledger/testing/records.ts';
import { unwrap } from '../../shared/result.ts';
import { satoshi } from '../../shared/units.ts';
import { createNodeKeys } from '../wallet/keys.ts';
import { WALLET_STORES } from '../wallet/rows.ts';
import { decodeContent, encodeContent, summaryOf, type BackupContent } from './content.ts';
import { pack, unpack } from './pack.ts';

const contentOf = async (): Promise<BackupContent> => {
  const rootKey = PrivateKey.fromRandom();
  const { identity } = createNodeKeys(rootKey);
  const ledger = await openMemoryLedger();
  const books = createBooks();
  for (const channel of [0, 1, 4]) {
    unwrap(await ledger.commit(books.pay({ channel, torrent: 1, sats: [17, 17] })));
  }
  unwrap(await ledger.commit({ outbox: [outboxOf(1)] }));
  const none = Object.fromEntries(WALLET_STORES.map((name) => [name, []]));
  const user = { userId: 1, identityKey: identity, created_at: new Date(5) };
  const output = { outputId: 1, satoshis: 9, spendable: true, lockingScript: Uint8Array.of(1, 2) };
  return {
    network: 'devnet',
    identity,
    madeAt: 1_700_000_000_000,
    rootKey: Uint8Array.from(rootKey.toArray('be', 32)),
    available: satoshi(9),
    wallet: { schema: 1, stores: { ...none, users: [user], outputs: [output] } },
    ledger: await ledger.copy(),
    settings: { defaultSellPrice: 7 },
  };
};

type Tree = Record<string, unknown>;

/** Every path to a value that is not a list or record. */
const leavesOf = (value: unknown, path: readonly string[] = []): (readonly string[])[] =>
  typeof value !== 'object' ||
  value === null ||
  value instanceof Uint8Array ||
  value instanceof Date
    ? [path]
    : Object.entries(value).flatMap(([key, one]) => leavesOf(one, [...path, key]));

const replace = (root: unknown, path: readonly string[], value: unknown): void => {
  const holder = path.slice(0, -1).reduce((at, key) => (at as Tree)[key], root) as Tree;
  holder[path.at(-1) ?? ''] = value;
};

const refused = { ok: false, error: { code: 'bad-input' } };

describe('the content of a backup', () => {
  it('comes back as it was', async () => {
    const content = await contentOf();
    expect(await decodeContent(await encodeContent(content))).toEqual({ ok: true, value: content });
    expect(summaryOf(content)).toMatchObject({ available: 9, openChannels: 3, channels: 3 });
  });

  it('is refused with a value of a kind that is never there, wherever it stands', async () => {
    const packed = await encodeContent(await contentOf());
    const paths = leavesOf(await unpack(packed)).filter(([first]) => first !== 'settings');
    expect(paths.length).toBeGreaterThan(80);
    for (const path of paths) {
      const changed = await unpack(packed);
      replace(changed, path, { nested: { far: [1] } });
      expect(await decodeContent(await pack(changed)), path.join('.')).toMatchObject(refused);
    }
  });

  it('never throws, whatever stands in it', async () => {
    const packed = await encodeContent(await contentOf());
    const paths = leavesOf(await unpack(packed));
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: paths.length - 1 }), fc.anything(), async (at, value) => {
        const changed = await unpack(packed);
        replace(changed, paths[at] ?? [], value);
        const file = await pack(changed).catch(() => new Uint8Array(0));
        expect(typeof (await decodeContent(file)).ok).toBe('boolean');
      }),
    );
  });

  it('is refused when its parts are of different identities, out of order or beyond capacity', async () => {
    const content = await contentOf();
    const { ledger } = content;
    const other = await contentOf();
    const [channel] = ledger.channels;
    if (channel === undefined) throw new Error('no channel');
    const bad: readonly BackupContent[] = [
      { ...content, rootKey: other.rootKey },
      { ...content, rootKey: new Uint8Array(32) },
      { ...content, wallet: other.wallet },
      { ...content, ledger: { ...ledger, days: ledger.days.toReversed() } },
      { ...content, ledger: { ...ledger, channels: [{ ...channel, capacity: satoshi(1) }] } },
    ];
    for (const one of bad) {
      expect(await decodeContent(await encodeContent(one))).toMatchObject(refused);
    }
  });
});
