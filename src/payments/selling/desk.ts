import { createUpdateVerifier } from '../../channel/update.ts';
import { payee } from '../../protocol/payee.ts';
import {
  isStranger,
  limitOf,
  type PayeeEffect,
  type PayeeEvent,
} from '../../protocol/payee-state.ts';
import { subtractCost } from '../../protocol/pricing.ts';
import type { ChannelRecord } from '../../shared/ports/ledger.ts';
import {
  satoshi,
  satPerMiB,
  type ChannelId,
  type IdentityKey,
  type Satoshi,
  type SatPerMiB,
} from '../../shared/units.ts';
import { channelOutput } from '../channel-output.ts';
import type { Context } from '../context.ts';
import type { IncomeMeter } from '../income-meter.ts';
import type { WireEntry } from '../wires/registry.ts';
import { accountRecord, newPayeeAccount, type Incoming, type PayeeAccount } from './account.ts';
import type { Exposure } from './exposure.ts';
import { firstByteAt, nextTerms } from './offers.ts';

/** Acknowledgements are gathered: at most ten a second for each payer. */
const CREDIT_EVERY_MS = 100;
/** Terms that end sooner than this are said anew. */
const RENEW_MS = 3_600_000;

/** Runs the payee's state machine: one account a payer, and its effects. */
export interface PayeeDesk {
  account(wire: WireEntry, peer: IdentityKey): PayeeAccount;
  find(peer: IdentityKey | null): PayeeAccount | null;
  accounts(): IterableIterator<PayeeAccount>;
  apply(account: PayeeAccount, event: PayeeEvent): void;
  /** A channel that is on disk joins the account. @returns null when it is not usable. */
  admit(account: PayeeAccount, record: ChannelRecord, cap: Satoshi): Incoming | null;
  bind(account: PayeeAccount, wire: WireEntry): void;
  unbind(account: PayeeAccount, wire: WireEntry): void;
  /** Tells the peer a price that holds from now on, or as soon as it can. */
  offer(wire: WireEntry, price: SatPerMiB): void;
  /** Most of a channel that earns credit now. */
  capOf(account: PayeeAccount, cid: ChannelId): Satoshi;
  /** Answers with the state that we have. */
  acknowledge(account: PayeeAccount, channel: Incoming): void;
}

export const createPayeeDesk = (
  context: Pick<Context, 'book' | 'clock' | 'curve' | 'send' | 'emit' | 'drop'>,
  exposure: Exposure,
  income: Pick<IncomeMeter, 'granted'>,
  onNew: (account: PayeeAccount) => void,
): PayeeDesk => {
  const { book, clock, curve } = context;
  const accounts = new Map<IdentityKey, PayeeAccount>();
  const credits = new Map<PayeeAccount, Extract<PayeeEffect, { type: 'credit' }>>();

  const sendCredit = (account: PayeeAccount): void => {
    account.cancelCredit = null;
    const credit = credits.get(account);
    credits.delete(account);
    const [wire] = account.wires;
    if (credit === undefined || wire === undefined) return;
    account.lastCreditAt = clock.now();
    context.send(wire.id, { ...credit });
  };

  const queueCredit = (
    account: PayeeAccount,
    credit: Extract<PayeeEffect, { type: 'credit' }>,
  ): void => {
    credits.set(account, credit);
    if (account.cancelCredit !== null) return;
    const wait = account.lastCreditAt + CREDIT_EVERY_MS - clock.now();
    // Never longer than that: the machine's clock may have been set back meanwhile.
    const most = Math.min(wait, CREDIT_EVERY_MS);
    if (wait <= 0) sendCredit(account);
    else account.cancelCredit = clock.after(most, () => sendCredit(account));
  };

  const run = (account: PayeeAccount, effect: PayeeEffect): void => {
    const [wire] = account.wires;
    switch (effect.type) {
      case 'limit':
        income.granted(effect.units - account.granted);
        account.granted = Math.max(account.granted, effect.units);
        context.emit('credit', { account: account.account, limit: effect.units });
        break;
      case 'credit':
        queueCredit(account, effect);
        break;
      case 'need-pay': {
        const { cid, owedBytes, owedSat, dropAt } = effect;
        const message = { type: 'need_pay', cid, owedBytes, owedSat, dropAt } as const;
        if (wire !== undefined) context.send(wire.id, message);
        break;
      }
      case 'drop':
        // It has funded a channel, and we are what it waits for: the time begins anew.
        if (account.accepting) break;
        for (const one of [...account.wires]) context.drop(one.id, 'unpaid', false);
        break;
    }
  };

  const apply = (account: PayeeAccount, event: PayeeEvent): void => {
    const { state, effects } = payee(account.state, event);
    account.state = state;
    for (const effect of effects) run(account, effect);
  };

  const offer = (wire: WireEntry, price: SatPerMiB): void => {
    const account = wire.identity === null ? undefined : accounts.get(wire.identity);
    const last = wire.offered.at(-1);
    if (last?.satPerMiB === price && last.validUntil * 1000 > clock.now() + RENEW_MS) return;
    const state = account?.state;
    const from =
      state === undefined
        ? 0
        : firstByteAt(wire, limitOf(state), subtractCost(state.cost, state.base));
    const terms = nextTerms(wire, price, from, clock.now());
    context.send(wire.id, terms);
    if (account === undefined) return;
    sell(account, wire, price, from);
    apply(account, { type: 'priced', wire: wire.id, price });
  };

  const sell = (
    account: PayeeAccount,
    wire: WireEntry,
    price: SatPerMiB,
    fromBytes: number,
  ): void => {
    context.emit('wireSell', {
      wire: wire.id,
      account: account.account,
      satPerMiB: price,
      fromBytes,
    });
  };

  return {
    account(wire, peer) {
      const known = accounts.get(peer);
      if (known !== undefined) return known;
      const fresh = newPayeeAccount(book.account('payee', peer), wire.account, clock.now());
      // Settled channels count too: the payer's count runs over all of them.
      for (const one of book.channels()) {
        if (one.role !== 'payee' || one.peer !== peer) continue;
        fresh.claimedBytes = Math.max(fresh.claimedBytes, one.bytes);
      }
      accounts.set(peer, fresh);
      onNew(fresh);
      return fresh;
    },
    find: (peer) => (peer === null ? null : (accounts.get(peer) ?? null)),
    accounts: () => accounts.values(),
    apply,
    admit(account, record, cap) {
      const output = channelOutput(record);
      if (output === null) return null;
      const { cid, capacity, paid } = record;
      const verifier = createUpdateVerifier(curve, output);
      const closing = record.status === 'closing';
      const channel: Incoming = { cid, capacity, verifier, paid, closing };
      account.channels.set(cid, channel);
      apply(account, { type: 'accepted', cid, paid, cap });
      return channel;
    },
    bind(account, wire) {
      account.wires.add(wire);
      const offered = wire.offered.at(-1);
      const price = offered?.satPerMiB ?? satPerMiB(0);
      // A funded channel of an earlier session is as good as one that was opened in this one.
      const admitted = account.channels.size > 0 ? exposure.funded : exposure.admit(account);
      apply(account, { type: 'bound', wire: wire.id, price });
      apply(account, { type: 'window', bytes: admitted });
      if (offered !== undefined) sell(account, wire, price, offered.fromBytes);
    },
    unbind(account, wire) {
      account.wires.delete(wire);
      apply(account, { type: 'unbound', wire: wire.id });
      if (account.wires.size > 0) return;
      if (isStranger(account.state)) {
        exposure.release(account);
        if (!account.accepting) accounts.delete(account.peer);
      }
      const now = clock.now();
      account.leftAt = now;
      account.cancelCredit?.();
      account.cancelCredit = null;
      const before = book.account('payee', account.peer);
      if (account.state.bytes > before.bytes) {
        void book.write({ accounts: [accountRecord(account, before, 0, now)] });
      }
    },
    offer,
    capOf: ({ state }, cid) => state.channels.find((one) => one.cid === cid)?.cap ?? satoshi(0),
    acknowledge(account, channel) {
      const window = account.state.window;
      queueCredit(account, { type: 'credit', cid: channel.cid, paid: channel.paid, window });
    },
  };
};
