import {
  LockingScript,
  MerklePath,
  PrivateKey,
  P2PKH,
  Transaction,
  UnlockingScript,
} from '@bsv/sdk';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { unwrap } from '../shared/result.ts';
import { txId } from '../shared/units.ts';
import { decodeFeeRate, decodeStatus, decodeVerdict } from './arc-answer.ts';
import { createArc } from './arc.ts';
import { createBreaker } from './breaker.ts';
import { createHttp } from './http.ts';
import { createTestClock, createTestFetch, type Answer } from './testing/services.ts';

// The machines that run this are shared and slow at times.
vi.setConfig({ testTimeout: 30_000 });

const TXID = txId('ab'.repeat(32));
const OTHER = 'cd'.repeat(32);

const lock = new P2PKH().lock(new PrivateKey(1).toAddress());
const spend = (parent: Transaction): Transaction => {
  const input = { sourceTransaction: parent, sourceOutputIndex: 0 };
  const unlockingScript = UnlockingScript.fromHex('51');
  const tx = new Transaction(1, [{ ...input, unlockingScript }], [], 0);
  tx.addOutput({ satoshis: 1, lockingScript: lock });
  return tx;
};
const root = (): Transaction =>
  new Transaction(
    1,
    [
      {
        sourceTXID: OTHER,
        sourceOutputIndex: 0,
        unlockingScript: UnlockingScript.fromHex('51'),
      },
    ],
    [{ satoshis: 9, lockingScript: LockingScript.fromHex('51') }],
    0,
  );

/** An error as ARC words it. */
const problem = (status: number, detail: string) => ({
  ...{ type: `https://bitcoin-sv.github.io/arc/#/errors?id=_${status}`, title: 'Error' },
  ...{ status, detail, instance: null, txid: null, extraInfo: '' },
});

const setUp = (answer: (path: string, body: unknown) => Answer) => {
  const clock = createTestClock();
  const { fetch, calls } = createTestFetch(answer);
  const arc = createArc({
    url: 'http://arc.example',
    http: createHttp({ fetch, clock }),
    breaker: createBreaker({ service: 'arc', name: 'ARC', clock }),
    clock,
  });
  return { arc, clock, calls };
};

const policy = (satoshis: unknown, bytes: unknown = 1000) => ({
  json: { policy: { miningFee: { satoshis, bytes } } },
});

describe('fee rate', () => {
  it('comes from the policy and is kept for a while', async () => {
    let rate = 50;
    const { arc, clock, calls } = setUp(() => policy(rate));
    expect(await Promise.all([arc.feeRate(), arc.feeRate()])).toEqual([50, 50]);
    rate = 1;
    expect(await arc.feeRate()).toBe(50);
    expect(calls).toHaveLength(1);
    clock.pass(60_000);
    expect(await arc.feeRate()).toBe(1);
  });

  it('stays what it last was when the service is gone, and is 100 when it never was there', async () => {
    let gone = true;
    const { arc, clock } = setUp(() => {
      if (gone) throw new TypeError('gone');
      return policy(7, 100);
    });
    expect(await arc.feeRate()).toBe(100);
    gone = false;
    clock.pass(60_000);
    expect(await arc.feeRate()).toBe(70);
    gone = true;
    clock.pass(60_000);
    expect(await arc.feeRate()).toBe(70);
  });

  it.each([
    [0, 1000],
    [-1, 1000],
    [1, 0],
    [100_000, 1000],
    ['100', 1000],
    [null, null],
  ])('is not believed to be %s per %s bytes', (satoshis, bytes) => {
    expect(decodeFeeRate(policy(satoshis, bytes).json).ok).toBe(false);
  });
});

describe('answers of ARC', () => {
  it.each([
    [465, 'fee-too-low'],
    [473, 'fee-too-low'],
    [466, 'double-spend'],
    [400, 'rejected'],
    [409, 'rejected'],
    ...[460, 461, 462, 463, 464, 467, 468, 469, 470, 471, 472, 474, 475].map(
      (status) => [status, 'rejected'] as const,
    ),
    [401, 'network'],
    [404, 'network'],
    [413, 'network'],
    [429, 'network'],
    [451, 'network'],
    [476, 'network'],
    [500, 'network'],
    [503, 'network'],
  ] as const)('%i means %s', (status, code) => {
    const verdict = decodeVerdict(status, problem(status, 'why'), TXID);
    expect(verdict).toMatchObject({ kind: 'refused', error: { code } });
    expect(verdict.kind === 'refused' && verdict.error.message).toContain('why');
  });

  it.each([
    ['a page', () => null],
    ['a body of its own', () => ({ error: 'log in first', txid: TXID })],
    ['the problem of something else', () => problem(502, '')],
    ['a status in words', (status: number) => ({ ...problem(status, ''), status: `${status}` })],
  ] as const)('are no refusal in words that are not those of ARC: %s', (_, answer) => {
    for (const status of [400, 409, 465, 466]) {
      expect(decodeVerdict(status, answer(status), TXID)).toMatchObject({
        kind: 'refused',
        error: { code: 'network' },
      });
    }
    expect(decodeStatus(404, answer(404), TXID)).toMatchObject({ error: { code: 'network' } });
  });

  it('decide nothing between two that spend the same coins', () => {
    const told = { txid: TXID, txStatus: 'DOUBLE_SPEND_ATTEMPTED', competingTxs: [OTHER] };
    expect(decodeVerdict(200, told, TXID)).toEqual({ kind: 'contested' });
  });

  it.each(['RECEIVED', 'SEEN_ON_NETWORK', 'MINED', 'MINED_IN_STALE_BLOCK'])(
    '%s is accepted',
    (txStatus) => {
      const verdict = decodeVerdict(200, { txid: TXID, txStatus }, TXID);
      expect(verdict).toEqual({ kind: 'accepted', status: txStatus });
    },
  );

  it.each([
    [{ txid: TXID, txStatus: 'REJECTED' }, 'rejected'],
    [{ txid: TXID, txStatus: 'REJECTED', competingTxs: [OTHER] }, 'double-spend'],
    [{ txid: TXID, txStatus: 'NEWS' }, 'network'],
    [{ txid: OTHER, txStatus: 'MINED' }, 'network'],
    [null, 'network'],
  ])('%j is refused as %s', (json, code) => {
    expect(decodeVerdict(200, json, TXID)).toMatchObject({ kind: 'refused', error: { code } });
  });

  it('never throw, whatever they are', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), fc.jsonValue(), (status, json) => {
        decodeFeeRate(json);
        const verdict = decodeVerdict(status, json, TXID);
        expect(verdict.kind).toBe('refused');
        expect(decodeStatus(status, json, TXID).ok).toBe(false);
      }),
    );
  });

  it('tell a status, and only a path that holds the transaction', () => {
    const told = {
      txid: TXID,
      txStatus: 'MINED',
      blockHeight: 5,
      merklePath: 'fe00',
      extraInfo: 'x',
    };
    expect(unwrap(decodeStatus(200, told, TXID))).toEqual({
      status: 'MINED',
      blockHeight: 5,
      detail: 'x',
    });
    const unknown = decodeStatus(404, problem(404, ''), TXID);
    expect(unknown).toMatchObject({ error: { code: 'not-found' } });
  });
});

describe('broadcast', () => {
  const parent = root();
  const child = spend(parent);
  const ids = [parent.id('hex'), child.id('hex')];
  const idOf = (body: unknown): string => {
    const { rawTx } = body as { rawTx: string };
    const extended = rawTx.slice(8, 20) === '0000000000ef';
    return (extended ? Transaction.fromHexEF(rawTx) : Transaction.fromHex(rawTx)).id('hex');
  };

  it('sends Extended Format and gives the status', async () => {
    const { arc, calls } = setUp(() => ({ json: { txid: ids[1], txStatus: 'SEEN_ON_NETWORK' } }));
    expect(unwrap(await arc.broadcast(child))).toEqual({ txid: ids[1], status: 'SEEN_ON_NETWORK' });
    expect(calls).toEqual([{ path: '/v1/tx', body: { rawTx: child.toHexEF() } }]);
  });

  it('sends the parents first when the network lacks them', async () => {
    const known = new Set<string>();
    const { arc, calls } = setUp((_path, body) => {
      const txid = idOf(body);
      known.add(txid);
      const orphan = txid === ids[1] && !known.has(ids[0] ?? '');
      return { json: { txid, txStatus: orphan ? 'SEEN_IN_ORPHAN_MEMPOOL' : 'SEEN_ON_NETWORK' } };
    });
    expect((await arc.broadcast(child)).ok).toBe(true);
    expect(calls.map(({ body }) => idOf(body))).toEqual([ids[1], ids[0], ids[1]]);
  });

  it('sends a parent too whose block was lost', async () => {
    const mined = root();
    mined.merklePath = new MerklePath(1, [[{ offset: 0, hash: mined.id('hex'), txid: true }]]);
    const known = new Set<string>();
    const { arc } = setUp((_path, body) => {
      const txid = idOf(body);
      known.add(txid);
      const orphan = txid === ids[1] && !known.has(ids[0] ?? '');
      return { json: { txid, txStatus: orphan ? 'SEEN_IN_ORPHAN_MEMPOOL' : 'SEEN_ON_NETWORK' } };
    });
    expect((await arc.broadcast(spend(mined))).ok).toBe(true);
  });

  it('leaves for later what others may yet take the coins of, however often it is told so', async () => {
    const { arc, calls } = setUp((_path, body) => ({
      json: { txid: idOf(body), txStatus: 'DOUBLE_SPEND_ATTEMPTED', competingTxs: [OTHER] },
    }));
    for (let i = 0; i < 10; i += 1) {
      expect(await arc.broadcast(child)).toMatchObject({ ok: false, error: { code: 'network' } });
    }
    // The service is not out of order: it goes on being asked.
    expect(calls).toHaveLength(10);
  });

  it('is undecided while something else answers in its place', async () => {
    const { arc } = setUp(() => ({ status: 403, text: '<h1>Please log in</h1>' }));
    expect(await arc.broadcast(child)).toMatchObject({ ok: false, error: { code: 'network' } });
    const status = await arc.status(txId(ids[1] ?? ''));
    expect(status).toMatchObject({ ok: false, error: { code: 'network' } });
  });

  it('leaves an orphan for later', async () => {
    const { arc } = setUp((_path, body) => ({
      json: { txid: idOf(body), txStatus: 'SEEN_IN_ORPHAN_MEMPOOL' },
    }));
    expect(await arc.broadcast(child)).toMatchObject({ ok: false, error: { code: 'network' } });
  });

  it('takes bytes as an outbox keeps them', async () => {
    const { arc } = setUp((_path, body) => ({
      json: { txid: idOf(body), txStatus: 'SEEN_ON_NETWORK' },
    }));
    for (const bytes of [child.toEFUint8Array(), child.toUint8Array()]) {
      expect(unwrap(await arc.broadcastBytes(bytes)).txid).toBe(ids[1]);
    }
    const whole = child.toEFUint8Array();
    for (const junk of [Uint8Array.of(1, 2, 3), whole.subarray(0, whole.length - 1)]) {
      const refused = await arc.broadcastBytes(junk);
      expect(refused).toMatchObject({ ok: false, error: { code: 'bad-input' } });
    }
  });

  it('reads the policy anew after a refusal for the fee', async () => {
    let rate = 100;
    const { arc } = setUp((path) =>
      path === '/v1/policy' ? policy(rate) : { status: 465, json: problem(465, 'low') },
    );
    expect(await arc.feeRate()).toBe(100);
    rate = 300;
    const low = await arc.broadcast(child);
    expect(low).toMatchObject({ ok: false, error: { code: 'fee-too-low' } });
    expect(await arc.feeRate()).toBe(300);
  });

  it('stops asking a service that is out of order', async () => {
    const { arc, clock, calls } = setUp(() => ({ status: 503, json: {} }));
    for (let i = 0; i < 10; i += 1) {
      expect(await arc.broadcast(child)).toMatchObject({ ok: false, error: { code: 'network' } });
    }
    expect(calls).toHaveLength(4);
    clock.pass(1_000);
    await arc.broadcast(child);
    expect(calls).toHaveLength(5);
  });
});
