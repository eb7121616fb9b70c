import { createUpdateVerifier } from '../../channel/update.ts';
import type { WireErrorCode } from '../../protocol/errors.ts';
import type { Resume } from '../../protocol/messages.ts';
import { payer } from '../../protocol/payer.ts';
import {
  type PayerChannel,
  type PayerEffect,
  type PayerEvent,
} from '../../protocol/payer-state.ts';
import type { ChannelRecord } from '../../shared/ports/ledger.ts';
import { costOfSat, sumCost } from '../../protocol/pricing.ts';
import { MIB, satoshi, type ChannelId, type IdentityKey, type WireId } from '../../shared/units.ts';
import { channelOutput } from '../channel-output.ts';
import type { Context } from '../context.ts';
import type { WireEntry } from '../wires/registry.ts';
import { dueOf, strikePaid, unsigned } from './due.ts';
import { costOfRecord, newPayerAccount, type PayerAccount } from './account.ts';
import { isTooHeavy } from './ancestry.ts';

/** A refused channel is shown again after this long, where the reason may pass; on one wire none sooner. */
const REOFFER_MS = 5_000;
const TOO_HEAVY =
  'A payment channel rests on many transactions that are not mined yet. It is used as soon as its own is mined.';
const PASSING: ReadonlySet<WireErrorCode> = new Set([
  'funding-unseen',
  'internal',
  'too-many',
  'bad-terms',
  'terms-expired',
]);

export interface DeskHooks {
  readonly wake: (account: PayerAccount) => void;
  readonly flush: (account: PayerAccount) => void;
  readonly review: (account: PayerAccount) => void;
  /** Resolves when no signature of the account is being written. */
  readonly rest: (account: PayerAccount) => Promise<void>;
  /** A signature that the payee has shown is written down: what waits for rest may go on. */
  readonly rested: (account: PayerAccount) => void;
  readonly restore: (account: PayerAccount, record: ChannelRecord) => void;
  readonly settled: (cid: ChannelId, rawTx: Uint8Array | null) => void;
  readonly notSettled: (account: PayerAccount, cid: ChannelId, reason: string) => void;
  readonly close: (account: PayerAccount, cid: ChannelId) => void;
}

/** Runs the payer's state machine: one account a payee, and its effects. */
export interface Desk {
  account(peer: IdentityKey): PayerAccount;
  find(peer: IdentityKey | null): PayerAccount | null;
  accounts(): IterableIterator<PayerAccount>;
  /** Forgets an account that holds nothing: no wire, no channel, no debt. */
  release(account: PayerAccount): void;
  apply(account: PayerAccount, event: PayerEvent): void;
  /** A channel of the ledger as the state machine sees it. */
  admit(account: PayerAccount, record: ChannelRecord): void;
  /** Shows channels that waited for terms on this wire. */
  offerOn(account: PayerAccount, wire: WireEntry): void;
}

const channelOf = (record: ChannelRecord): PayerChannel => {
  const { cid, capacity, paid, bytes, signature, ackedPaid } = record;
  const known = paid > 0 || ackedPaid > 0;
  const asleep = known ? 'resuming' : 'offering';
  const phase = record.status === 'closing' ? 'closing' : asleep;
  // Until the payee says otherwise, all of it counts.
  const credit = capacity;
  return { cid, capacity, phase, paid, bytes, signature, acked: ackedPaid, known, credit };
};

export const createDesk = (context: Context, hooks: DeskHooks): Desk => {
  const { book, clock, curve, registry } = context;
  const accounts = new Map<IdentityKey, PayerAccount>();
  const proving = new WeakMap<PayerAccount, Promise<void>>();
  const unoffered = new Map<PayerAccount, Set<ChannelId>>();
  /** Offers of the last moments, by wire and channel, and whether the same is asked for again. */
  const shown = new Map<string, boolean>();

  const offer = (account: PayerAccount, wireId: WireId, cid: ChannelId): void => {
    const wire = registry.wire(wireId);
    const record = book.channel(cid);
    const signer = account.signers.get(cid);
    if (wire === undefined || record === undefined || record.funding === null) return;
    if (wire.terms === null || signer === undefined || isTooHeavy(record)) {
      unoffered.set(account, (unoffered.get(account) ?? new Set()).add(cid));
      if (isTooHeavy(record)) context.problem(TOO_HEAVY);
      return;
    }
    // A word of the payee asks for it, and it is some thousand times as long.
    const key = `${wireId} ${cid}`;
    if (shown.has(key)) {
      shown.set(key, true);
      return;
    }
    shown.set(key, false);
    clock.after(REOFFER_MS, () => {
      const again = shown.get(key) === true;
      shown.delete(key);
      if (again) offer(account, wireId, cid);
    });
    const { payerKey, refundAt, capacity, vout, funding, paid } = record;
    context.send(wireId, {
      type: 'open',
      cid,
      termsId: wire.terms.termsId,
      payerKey,
      refundAt,
      capacity,
      vout,
      funding,
      paid,
      signature: signer.sign(paid),
    });
  };

  /** Our own signature over more than we remember: it is ours, so it holds. */
  const adopt = async (account: PayerAccount, resume: Resume): Promise<void> => {
    while (account.busy) await hooks.rest(account);
    const record = book.channel(resume.cid);
    const output = record === undefined ? null : channelOutput(record);
    if (record === undefined || output === null) return;
    const { paid, signature } = resume;
    if (paid <= record.paid || !createUpdateVerifier(curve, output).verify(paid, signature)) return;
    const gained = satoshi(paid - record.paid);
    const before = book.account('payer', account.peer);
    const cost = sumCost(costOfRecord(before), costOfSat(gained));
    // The payee says how many bytes that was; at the lowest price it cannot be more than this.
    const bytes = Math.max(before.bytes, Math.min(resume.bytes, before.bytes + gained * MIB));
    const now = clock.now();
    const none = () => new Uint32Array(0);
    const infoHash = [...account.wires][0]?.torrent.infoHash;
    if (infoHash === undefined) return;
    strikePaid(account.ready, gained);
    account.busy = true;
    await book.write({
      channels: [{ ...record, paid, bytes, signature, ackedPaid: paid, updatedAt: now }],
      accounts: [
        {
          ...before,
          costSat: cost.sat,
          costRemainder: cost.remainder,
          bytes,
          paid: satoshi(before.paid + gained),
          due: dueOf(context, unsigned(account)),
          updatedAt: now,
        },
      ],
      batches: [
        {
          time: now,
          direction: 'sent',
          cid: record.cid,
          peer: account.peer,
          infoHash,
          paidAfter: paid,
          sat: gained,
          bytes: bytes - before.bytes,
          pieces: none(),
          offsets: none(),
          lengths: none(),
          sats: none(),
          ages: none(),
        },
      ],
    });
    account.busy = false;
    hooks.rested(account);
    apply(account, { type: 'adopted', cid: record.cid, paid, bytes, signature });
    hooks.wake(account);
  };

  /** One at a time: none is lost because the account writes down something else just then. */
  const prove = (account: PayerAccount, resume: Resume): void => {
    const before = proving.get(account) ?? Promise.resolve();
    proving.set(
      account,
      before.then(() => adopt(account, resume)),
    );
  };

  const refused = async (
    account: PayerAccount,
    { cid, code, detail }: Extract<PayerEffect, { type: 'refused' }>,
  ): Promise<void> => {
    const record = book.channel(cid);
    const note = `${code}: ${detail}`;
    if (record !== undefined) await book.write({ channels: [{ ...record, note }] });
    hooks.review(account);
    if (!PASSING.has(code)) return;
    clock.after(REOFFER_MS, () => apply(account, { type: 'reoffer', cid }));
  };

  const run = (account: PayerAccount, effect: PayerEffect): void => {
    switch (effect.type) {
      case 'send':
        context.send(effect.wire, effect.message);
        break;
      case 'offer':
        offer(account, effect.wire, effect.cid);
        break;
      case 'prove':
        prove(account, effect.resume);
        break;
      case 'settled':
        hooks.settled(effect.cid, effect.rawTx);
        break;
      case 'not-settled':
        hooks.notSettled(account, effect.cid, effect.reason);
        break;
      case 'asked-to-close':
        hooks.close(account, effect.cid);
        break;
      case 'refused':
        void refused(account, effect);
        break;
      case 'flush':
        hooks.flush(account);
        break;
      case 'payable':
        account.full.clear();
        hooks.wake(account);
        hooks.review(account);
        break;
    }
  };

  const apply = (account: PayerAccount, event: PayerEvent): void => {
    const { state, effects } = payer(account.state, event);
    account.state = state;
    for (const effect of effects) run(account, effect);
  };

  const account = (peer: IdentityKey): PayerAccount => {
    const known = accounts.get(peer);
    if (known !== undefined) return known;
    const fresh = newPayerAccount(peer, clock.now());
    accounts.set(peer, fresh);
    return fresh;
  };

  return {
    account,
    find: (peer) => (peer === null ? null : (accounts.get(peer) ?? null)),
    accounts: () => accounts.values(),
    release(owner) {
      const { wires, state, ready, unverified, opening, busy } = owner;
      const held = wires.size + state.channels.length + ready.size + unverified.bytes;
      if (held === 0 && !opening && !busy) accounts.delete(owner.peer);
    },
    apply,
    admit(owner, record) {
      hooks.restore(owner, record);
      apply(owner, { type: 'channel', channel: channelOf(record) });
    },
    offerOn(owner, wire) {
      const waiting = unoffered.get(owner);
      unoffered.delete(owner);
      for (const cid of waiting ?? []) offer(owner, wire.id, cid);
    },
  };
};
