import { createBusyChannels } from '../batcher/busy-channels.ts';
import { cutDue, type Cut } from '../batcher/cut.ts';
import type { Decision } from '../batcher/decision.ts';
import { decide, refill, spend } from '../batcher/schedule.ts';
import { roomIn, type PayerChannel } from '../../protocol/payer-state.ts';
import type { BatchRecord, ChannelRecord } from '../../shared/ports/ledger.ts';
import { satoshi } from '../../shared/units.ts';
import { SIGNATURES_PER_SECOND } from '../../protocol/policy.ts';
import type { Context } from '../context.ts';
import type { Meter } from '../meter.ts';
import { costOfRecord, dueSat, type PayerAccount } from './account.ts';
import { dueOf, unsigned } from './due.ts';
import { createNotes } from './notes.ts';

type PumpContext = Pick<Context, 'book' | 'clock' | 'registry' | 'settings'>;

export interface Pump {
  /** Looks at the account before this turn of the event loop ends. */
  wake(account: PayerAccount): void;
  /** Pays what is due at once; resolves when it is durable and on its way, or cannot be paid now. */
  flush(account: PayerAccount, why: 'asked' | 'close'): Promise<void>;
  /** Resolves when what came until now is on disk, as signed for or as owed. */
  noted(account: PayerAccount): Promise<void>;
  /** Resolves when no signature is being stored. */
  rest(account: PayerAccount): Promise<void>;
  /** Somebody else has stored one. */
  rested(account: PayerAccount): void;
}

export interface PumpHooks {
  /** Satoshi that the day's budget still allows. */
  readonly allowed: () => number;
  /** `torrent` is the one that it pays for, when it pays for one alone by the batcher's rule. */
  readonly onSigned: (
    account: PayerAccount,
    state: Pick<PayerChannel, 'cid' | 'paid' | 'bytes' | 'signature'>,
    torrent: number | null,
  ) => void;
  /** Something is due and no channel can pay it. */
  readonly onShort: (account: PayerAccount) => void;
}

type Order = Extract<Decision, { type: 'sign' }>;

/** The batches of one signature, one a torrent, in the order in which they were cut. */
const batchesOf = (
  context: PumpContext,
  channel: ChannelRecord,
  cut: Cut,
  time: number,
): readonly BatchRecord[] => {
  let paidAfter: number = channel.paid;
  return cut.parts.map(({ torrent, sat, bytes, ...columns }) => {
    paidAfter += sat;
    return {
      time,
      direction: 'sent',
      cid: channel.cid,
      peer: channel.peer,
      infoHash: infoHashOf(context, torrent),
      paidAfter: satoshi(paidAfter),
      sat: satoshi(sat),
      bytes,
      ...columns,
    };
  });
};

const infoHashOf = ({ registry }: PumpContext, torrent: number) => {
  const entry = registry.torrentAt(torrent);
  if (entry === undefined) throw new RangeError(`no torrent ${torrent}`);
  return entry.infoHash;
};

/**
 * A channel that is known to be in step with the payee. With no wire left it still is: what came on
 * the last wire is signed while it is remembered, and told on the next one.
 */
const canSign = ({ state }: PayerAccount, { phase }: PayerChannel): boolean =>
  phase === 'open' || (phase === 'resuming' && state.wires.length === 0);

/**
 * Turns blocks into payments: cut a batch, sign the channel's new total, write both down, and only
 * then let it be sent. One signature an account is under way at a time; accounts are independent,
 * and what they sign in one turn is written in one transaction.
 */
export const createPump = (context: PumpContext, meter: Meter, hooks: PumpHooks): Pump => {
  const { book, clock } = context;
  const dirty = new Set<PayerAccount>();
  const flushing = new Map<PayerAccount, (() => void)[]>();
  const resting = new Map<PayerAccount, (() => void)[]>();
  const busy = createBusyChannels<PayerAccount>();
  const notes = createNotes(context, (account, now) => busy.rate(account, now));

  const settle = (account: PayerAccount): void => {
    account.flush = null;
    const waiting = flushing.get(account) ?? [];
    flushing.delete(account);
    for (const resolve of waiting) resolve();
  };

  const rested = (account: PayerAccount): void => {
    for (const resolve of resting.get(account) ?? []) resolve();
    resting.delete(account);
  };

  /** Signs for blocks that fit into the channel; `full` when not even the oldest one does. */
  const sign = (
    account: PayerAccount,
    channel: PayerChannel,
    { torrent, rows, reason }: Order,
  ): 'signed' | 'full' | 'blocked' => {
    const signer = account.signers.get(channel.cid);
    const record = book.channel(channel.cid);
    const allowed = hooks.allowed();
    if (signer === undefined || record === undefined || allowed <= 0) return 'blocked';
    const now = clock.now();
    const before = book.account('payer', account.peer);
    const left = roomIn(channel) - (record.paid - channel.paid);
    const cost = costOfRecord(before);
    const room = Math.min(left, allowed);
    const cut = cutDue(account.ready, { cost, room, maxRows: rows, torrent, now });
    if (cut === null) return left <= allowed ? 'full' : 'blocked';
    const paid = satoshi(record.paid + cut.sat);
    const bytes = before.bytes + cut.bytes;
    const signature = signer.sign(paid);
    const batches = batchesOf(context, record, cut, now);
    account.busy = true;
    account.allowance = spend(account.allowance);
    const written = notes.write(account, {
      batches,
      channels: [{ ...record, paid, bytes, signature, ackedPaid: channel.acked, updatedAt: now }],
      accounts: [
        {
          ...before,
          costSat: cut.cost.sat,
          costRemainder: cut.cost.remainder,
          bytes,
          paid: satoshi(before.paid + cut.sat),
          due: dueOf(context, unsigned(account)),
          updatedAt: now,
        },
      ],
    });
    void written.then(() => {
      account.busy = false;
      meter.signed(batches, reason, now, clock.now());
      hooks.onSigned(account, { cid: channel.cid, paid, bytes, signature }, torrent);
      rested(account);
      wake(account);
    });
    return 'signed';
  };

  /** Pays from the first channel that has room; those whose rest is too small are passed over. */
  const pay = (account: PayerAccount, order: Order): void => {
    const due = dueSat(account, costOfRecord(book.account('payer', account.peer)));
    if (due > 0) {
      for (const channel of account.state.channels) {
        if (!canSign(account, channel) || account.full.has(channel.cid)) continue;
        const outcome = sign(account, channel, order);
        if (outcome === 'signed') return;
        if (outcome === 'full') account.full.add(channel.cid);
      }
    }
    notes.note(account);
    settle(account);
    if (due > 0) hooks.onShort(account);
  };

  const look = (account: PayerAccount): void => {
    account.cancelTimer?.();
    account.cancelTimer = null;
    if (account.busy) {
      meter.held('storing');
      notes.note(account);
      return;
    }
    const now = clock.now();
    // What ran ahead because the window waited for it is made good at the full rate.
    const isAhead = account.allowance.tokens < 0;
    const rate = isAhead ? SIGNATURES_PER_SECOND : busy.rate(account, now);
    account.allowance = refill(account.allowance, now, rate);
    const decision = decide({
      settings: context.settings().batcher,
      queue: account.ready,
      remainder: book.account('payer', account.peer).costRemainder,
      now,
      allowance: account.allowance,
      rate,
      window: account.state.window,
      flush: account.flush,
    });
    if (decision.type === 'sign') pay(account, decision);
    else if (decision.type === 'idle') {
      notes.note(account);
      settle(account);
    } else {
      meter.held('rate');
      if (context.settings().batcher.mode === 'adaptive') busy.held(account, now);
      notes.note(account);
      account.cancelTimer = clock.after(Math.max(1, decision.until - now), () => {
        account.cancelTimer = null;
        look(account);
      });
    }
  };

  const wake = (account: PayerAccount): void => {
    if (dirty.size === 0) {
      queueMicrotask(() => {
        const accounts = [...dirty];
        dirty.clear();
        for (const one of accounts) look(one);
      });
    }
    dirty.add(account);
  };

  return {
    wake,
    noted: (account) => notes.noted(account),
    rest: (account) =>
      account.busy
        ? new Promise((resolve) => {
            resting.set(account, [...(resting.get(account) ?? []), resolve]);
          })
        : Promise.resolve(),
    rested,
    flush: (account, why) =>
      new Promise((resolve) => {
        account.flush = why;
        flushing.set(account, [...(flushing.get(account) ?? []), resolve]);
        wake(account);
      }),
  };
};
