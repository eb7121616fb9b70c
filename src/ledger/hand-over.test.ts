import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { unwrap } from '../shared/result.ts';
import {
  blockJournal,
  journalLength,
  one,
  openOn,
  openRaw,
  start,
  startHandOver,
  turns,
} from './testing/logged-ledger.ts';

beforeEach(() => vi.stubGlobal('indexedDB', new IDBFactory()));
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe('what a log hands over', () => {
  it('takes payments while what was handed over waits for IndexedDB', async () => {
    const { tools, clock, books, ledger, release } = await startHandOver();
    for (let n = 0; n < 4; n += 1) unwrap(await ledger.commit(books.pay(one)));
    // The next hand-over has to wait for this one, and so has what is no payment.
    clock.pass(500);
    const setting = ledger.putSetting('spent', 7);
    let isPut = false;
    void setting.then(() => (isPut = true));
    await turns(20);
    expect(isPut).toBe(false);
    release();
    unwrap(await setting);
    expect(await ledger.audit()).toMatchObject({ ok: true, batches: 7 });
    unwrap(await ledger.commit(books.pay(one)));
    const again = await openOn(tools);
    expect(await again.audit()).toMatchObject({ ok: true, batches: 8 });
    expect((await again.channels())[0]).toMatchObject({ paid: 8 });
  });

  it('hands over what came meanwhile too, without another payment', async () => {
    const { clock, books, ledger, release } = await startHandOver();
    for (let n = 0; n < 3; n += 1) unwrap(await ledger.commit(books.pay(one)));
    clock.pass(500);
    await turns(5);
    release();
    await vi.waitUntil(async () => (await journalLength()) === 2);
    await vi.waitUntil(async () => {
      clock.pass(500);
      await turns(5);
      return (await journalLength()) === 3;
    });
    await ledger.close();
  });

  it('is refused as a whole when an heir came before what it handed over', async () => {
    for (const more of [0, 1, 2, 5]) {
      vi.stubGlobal('indexedDB', new IDBFactory());
      const { tools, clock, books } = start();
      const late = await openOn(tools);
      for (let n = 0; n < 3; n += 1) unwrap(await late.commit(books.pay(one)));
      const release = await blockJournal();
      const opening = openOn(tools);
      // Its transaction waits, and then ours does behind it.
      await turns(30);
      clock.pass(500);
      await turns(5);
      for (let n = 0; n < more; n += 1) unwrap(await late.commit(books.pay(one)));
      release();
      const heir = await opening;
      const report = await heir.audit();
      expect(report).toMatchObject({ ok: true, batches: 3 + more, problems: [] });
      expect((await heir.channels())[0]).toMatchObject({ paid: 3 + more });
      await turns(20);
      expect(await late.putSetting('a', 1)).toMatchObject({ ok: false });
      await late.close();
      expect(await heir.audit()).toEqual(report);
      unwrap(await heir.commit(books.pay(one)));
      const next = await openOn(tools);
      expect(await next.audit()).toMatchObject({ ok: true, batches: 4 + more, problems: [] });
    }
  });

  it('keeps what it could not hand over, and tries again', async () => {
    const { tools, clock, books } = start();
    const ledger = await openOn(tools);
    for (let n = 0; n < 3; n += 1) unwrap(await ledger.commit(books.pay(one)));
    const full = vi.spyOn(IDBTransaction.prototype, 'commit').mockImplementation(function (
      this: IDBTransaction,
    ) {
      this.abort();
    });
    clock.pass(500);
    await vi.waitUntil(() => full.mock.calls.length === 1);
    for (let n = 0; n < 2; n += 1) unwrap(await ledger.commit(books.pay(one)));
    full.mockRestore();
    expect(await journalLength()).toBe(1);
    expect(await ledger.history({ limit: 99 })).toHaveLength(5);
    expect((await ledger.channels())[0]).toMatchObject({ paid: 5 });
    clock.pass(500);
    await vi.waitUntil(async () => (await journalLength()) === 2);
    const again = await openOn(tools);
    expect(await again.audit()).toMatchObject({ ok: true, batches: 5 });
  });

  it.each([
    ['with what is handed over', 20],
    ['at once when it is long again', 50],
  ])('files a long journal beside the payments that come: %s', async (_when, more) => {
    const { tools, clock, books } = start();
    const limits = { rows: 1e9, entries: 40, blocks: 1e9 };
    const ledger = await openOn(tools, limits);
    for (let n = 0; n < 42; n += 1) unwrap(await ledger.commit(books.pay(one)));
    /** Numbers of the journal's entries but for the session's own, and the first batches of filed slabs. */
    const stored = async () => {
      const raw = await openRaw();
      const tx = raw.use().transaction(['journal', 'heads']);
      const [[, ...numbers], heads] = await Promise.all([
        tx.objectStore('journal').getAllKeys(),
        tx.objectStore('heads').getAllKeys(),
      ]);
      raw.close();
      return { numbers, heads };
    };
    const [first] = (await stored()).numbers;
    clock.pass(500);
    for (let n = 0; n < more; n += 1) unwrap(await ledger.commit(books.pay(one)));
    await vi.waitUntil(async () => {
      if (more <= limits.entries) clock.pass(500);
      return (await stored()).numbers[0] !== first;
    });
    expect((await stored()).heads).toEqual([1]);
    expect(await ledger.audit()).toMatchObject({ ok: true, batches: 42 + more, problems: [] });
    const again = await openOn(tools, limits);
    expect(await again.audit()).toMatchObject({ ok: true, batches: 42 + more, problems: [] });
  });

  it('keeps the newest entry when a journal is filed and nothing more is paid', async () => {
    const { tools, clock, books } = start();
    const ledger = await openOn(tools, { rows: 1e9, entries: 12, blocks: 1e9 });
    const pay = async (channel: number, times: number): Promise<void> => {
      for (let n = 0; n < times; n += 1) {
        unwrap(await ledger.commit(books.pay({ ...one, channel })));
      }
    };
    const pass = async (times: number): Promise<void> => {
      for (let n = 0; n < times; n += 1) {
        clock.pass(500);
        await turns(10);
      }
    };
    // The first account's newest state is in no half of the log, older ones are.
    await pay(0, 7);
    await pass(1);
    await pay(0, 1);
    unwrap(await ledger.putSetting('spent', 8));
    await pay(2, 5);
    await pass(60);
    expect(await journalLength()).toBe(1);
    const again = await openOn(tools);
    expect(await again.audit()).toMatchObject({ ok: true, batches: 13, problems: [] });
  });
});
