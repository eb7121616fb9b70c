import { Transaction } from '@bsv/sdk';
import { feeFor } from '../../channel/fee.ts';
import { payeePrivateKey } from '../../channel/keys.ts';
import { buildSettlement } from '../../channel/settlement.ts';
import { IDLE_SETTLE_MS, SETTLE_FEE_MULTIPLE, SETTLE_MARGIN_S } from '../../protocol/policy.ts';
import type { ChannelRecord, OutboxRecord } from '../../shared/ports/ledger.ts';
import type { SettleReport } from '../../shared/ports/payments.ts';
import { fail, type Failure } from '../../shared/result.ts';
import { satoshi, type ChannelId, type TxId } from '../../shared/units.ts';
import { channelOutput } from '../channel-output.ts';
import type { Context } from '../context.ts';
import type { Outbox } from '../outbox.ts';
import { withSources } from '../transactions.ts';
import { isMined } from './acceptance.ts';
import { BYTES_PER_CHANNEL, groupsOf } from './groups.ts';
import { payoutOf, payoutScript } from './payout.ts';
import { createRefusal } from './refusal.ts';
import { createReplacement } from './replacement.ts';

/** Channels that are settled within this time share a transaction. */
const GATHER_MS = 150;
/** A settlement is built anew so often when payments come while it is built. */
const MAX_TRIES = 3;
/** Near the refund time every channel is settled alone: a pinned batch would cost the deadline. */
const ALONE_S = 2 * SETTLE_MARGIN_S;

export interface Settler {
  /** Settles these channels, together where that is safe; resolves when each is settled or put off. */
  settle(records: readonly ChannelRecord[]): Promise<SettleReport>;
  /** Channels whose time has come: near the end, idle, or worth it. */
  due(activeAt: (record: ChannelRecord) => number): Promise<readonly ChannelRecord[]>;
  /** @returns whether the payout is in the wallet; if not, it is tried again. */
  onAccepted(entry: OutboxRecord): Promise<boolean>;
  onRefused(entry: OutboxRecord, failure: Failure): Promise<void>;
  /** The network is there and holds a settlement of several channels back: they are settled singly. */
  onHeld(entry: OutboxRecord): Promise<void>;
}

interface Settlement {
  readonly settled: SettleReport['settled'][number][];
  readonly skipped: SettleReport['skipped'][number][];
}

const isOpen = ({ role, status }: ChannelRecord): boolean =>
  role === 'payee' && (status === 'open' || status === 'closing');

export const createSettler = (
  context: Context,
  outbox: () => Outbox,
  onSettled: (record: ChannelRecord, rawTx: Uint8Array) => void,
): Settler => {
  const { book, chain, wallet, keys, curve, clock } = context;
  const replace = createReplacement(context);
  const underWay = new Set<ChannelId>();
  let gathering: {
    readonly records: ChannelRecord[];
    readonly report: Promise<Settlement>;
  } | null = null;

  /** Whether these channels are in the outbox already. */
  const isPosted = (cid: ChannelId): boolean =>
    [...book.outbox()].some(
      ({ kind, cids, status }) =>
        kind === 'settlement' &&
        cids.includes(cid) &&
        status !== 'REJECTED' &&
        status !== 'REPLACED',
    );

  const build = async (records: readonly ChannelRecord[]) => {
    const [first] = records;
    if (first === undefined) return fail('bad-input', 'There is no channel to settle.');
    const script = await payoutScript(wallet, first);
    if (!script.ok) return script;
    return buildSettlement(curve, {
      channels: records.flatMap((record) => {
        const output = channelOutput(record);
        if (output === null) return [];
        const { paid, signature, cid, peer } = record;
        const payeeKey = payeePrivateKey(keys.keyDeriver, cid, peer);
        return [{ ...output, paid, payerSignature: signature, payeePrivateKey: payeeKey }];
      }),
      payoutScript: script.value.lockingScript,
      satoshisPerKb: await chain.feeRate(),
    });
  };

  const skipAll = (records: readonly ChannelRecord[], reason: string): Settlement => ({
    settled: [],
    skipped: records.map(({ cid }) => ({ cid, reason })),
  });

  const join = (parts: readonly Settlement[]): Settlement => ({
    settled: parts.flatMap(({ settled }) => settled),
    skipped: parts.flatMap(({ skipped }) => skipped),
  });

  const singly = async (records: readonly ChannelRecord[]): Promise<Settlement> =>
    join(await Promise.all(records.map((one) => settleGroup([one]))));

  /** One transaction for these channels; one each when the network does not take it. */
  const settleGroup = async (
    given: readonly ChannelRecord[],
    tries = MAX_TRIES,
  ): Promise<Settlement> => {
    const records = given.flatMap(({ cid }) => book.channel(cid) ?? []);
    const built = await build(records);
    if (!built.ok) {
      const isOneToBlame = records.length > 1 && built.error.code !== 'network';
      return isOneToBlame ? singly(records) : skipAll(records, built.error.message);
    }
    // Paid meanwhile, by a payer that has just come back: what is settled must be the best of it.
    if (records.some(({ cid, paid }) => book.channel(cid)?.paid !== paid)) {
      return tries > 0
        ? settleGroup(given, tries - 1)
        : skipAll(records, 'It is being paid just now.');
    }
    const { tx, txid, fee, payout } = built.value;
    const now = clock.now();
    await book.write({
      channels: records.map((one) => ({
        ...one,
        status: 'closing',
        closingTxid: txid,
        updatedAt: now,
      })),
    });
    const outcome = await outbox().post({
      txid,
      kind: 'settlement',
      tx: withSources(tx, records).toEFUint8Array(),
      cids: records.map(({ cid }) => cid),
      status: 'queued',
      attempts: 0,
      createdAt: now,
      updatedAt: now,
    });
    if (outcome === 'later') {
      return skipAll(
        records,
        'The network has not taken the signed settlement yet; it is sent again until it has.',
      );
    }
    if (outcome === 'refused' || outcome === 'held') {
      if (records.length === 1)
        return skipAll(records, 'The network does not take the settlement.');
      return singly(records);
    }
    const share = (at: number): { payout: number; fee: number } => {
      const part = Math.floor(fee / records.length);
      const own = at === 0 ? fee - part * (records.length - 1) : part;
      const paid = records[at]?.paid ?? 0;
      return records.length === 1 ? { payout, fee } : { payout: Math.max(0, paid - own), fee: own };
    };
    return {
      settled: records.map(({ cid }, at) => ({
        cid,
        txid,
        payout: satoshi(share(at).payout),
        fee: satoshi(share(at).fee),
      })),
      skipped: [],
    };
  };

  const isNearEnd = ({ refundAt }: ChannelRecord): boolean =>
    refundAt <= clock.now() / 1000 + ALONE_S;

  /** Whether a channel is settled by itself: where it could take others down with it. */
  const loners = async (
    records: readonly ChannelRecord[],
  ): Promise<(record: ChannelRecord) => boolean> => {
    if (records.length < 2) return () => true;
    const fundings = new Set(records.flatMap(({ fundingTxid }) => fundingTxid ?? []));
    const mined = new Set<TxId>();
    // A funding that is in no block may yet be lost, and then the whole settlement with it.
    const ask = async (txid: TxId): Promise<void> => {
      if (await isMined(context, txid)) mined.add(txid);
    };
    await Promise.all([...fundings].map(ask));
    return (one) => isNearEnd(one) || one.fundingTxid === null || !mined.has(one.fundingTxid);
  };

  /**
   * Near the refund time a settlement of several channels that nobody has taken yet is given up: what
   * holds one of them back must not cost the others their deadline.
   */
  const takeApart = async (): Promise<void> => {
    for (const entry of [...book.outbox()]) {
      const { kind, status, cids } = entry;
      if (kind !== 'settlement' || status !== 'queued' || cids.length < 2) continue;
      if (cids.some((cid) => underWay.has(cid))) continue;
      const records = cids.flatMap((cid) => book.channel(cid) ?? []);
      if (records.some(isNearEnd)) await replace(entry);
    }
  };

  const settleAll = async (records: readonly ChannelRecord[]): Promise<Settlement> => {
    for (const { cid } of records) underWay.add(cid);
    try {
      const [feeRate, isAlone] = await Promise.all([chain.feeRate(), loners(records)]);
      const groups = groupsOf(records, feeRate, isAlone);
      return join(await Promise.all(groups.map((group) => settleGroup(group))));
    } finally {
      for (const { cid } of records) underWay.delete(cid);
    }
  };

  const gather = (): {
    readonly records: ChannelRecord[];
    readonly report: Promise<Settlement>;
  } => {
    const records: ChannelRecord[] = [];
    const report = new Promise<void>((resolve) => void clock.after(GATHER_MS, resolve)).then(() => {
      gathering = null;
      return settleAll(records);
    });
    return { records, report };
  };

  return {
    async settle(asked) {
      await takeApart();
      const records = asked.filter(
        (one) => isOpen(one) && !underWay.has(one.cid) && !isPosted(one.cid),
      );
      if (records.length === 0) return { settled: [], skipped: [] };
      gathering ??= gather();
      const cids = new Set(records.map(({ cid }) => cid));
      for (const record of records) {
        underWay.add(record.cid);
        gathering.records.push(record);
      }
      const all = await gathering.report;
      return {
        settled: all.settled.filter(({ cid }) => cids.has(cid)),
        skipped: all.skipped.filter(({ cid }) => cids.has(cid)),
      };
    },

    async due(activeAt) {
      const open = [...book.channels()].filter((one) => isOpen(one) && one.paid > 0);
      if (open.length === 0) return [];
      const feeRate = await chain.feeRate();
      const worthwhile = SETTLE_FEE_MULTIPLE * feeFor(2 * BYTES_PER_CHANNEL, feeRate);
      const now = clock.now();
      return open.filter((record) => {
        const ending = record.refundAt - SETTLE_MARGIN_S < now / 1000;
        const idle = now - activeAt(record) > IDLE_SETTLE_MS && record.paid >= worthwhile;
        return ending || idle || record.status === 'closing';
      });
    },

    async onAccepted(entry) {
      const records = entry.cids.flatMap((cid) => book.channel(cid) ?? []);
      const tx = withSources(Transaction.fromEF(entry.tx), records);
      const rawTx = tx.toUint8Array();
      const sent = tx.outputs.reduce((sum, one) => sum + (one.satoshis ?? 0), 0);
      const fee = records.reduce((sum, one) => sum + one.capacity, 0) - sent;
      const now = clock.now();
      const part = Math.floor(fee / records.length);
      const ended = records
        .filter(({ status }) => status !== 'settled')
        .map((one, at): ChannelRecord => {
          const closingFee = satoshi(at === 0 ? fee - part * (records.length - 1) : part);
          return { ...one, status: 'settled', closingTxid: entry.txid, closingFee, updatedAt: now };
        });
      if (ended.length > 0) {
        await book.write({ channels: ended });
        for (const record of ended) onSettled(record, rawTx);
      }
      const payout = await payoutOf(wallet, tx, entry.cids);
      if (payout === null) return false;
      const taken = await wallet.internalize({
        beef: Uint8Array.from(tx.toAtomicBEEF()),
        outputs: [payout],
        purpose: 'payout',
      });
      context.changed();
      return taken.ok;
    },

    onRefused: createRefusal(context),
    onHeld: replace,
  };
};
