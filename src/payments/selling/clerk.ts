import { Transaction } from '@bsv/sdk';
import type { WireErrorCode } from '../../protocol/errors.ts';
import type { Close, Open, Pay, Resume } from '../../protocol/messages.ts';
import type { ChannelId } from '../../shared/units.ts';
import type { Context } from '../context.ts';
import type { IncomeMeter } from '../income-meter.ts';
import type { WireEntry } from '../wires/registry.ts';
import { acceptChannel } from './acceptance.ts';
import { accountRecord, type Incoming, type PayeeAccount } from './account.ts';
import type { PayeeDesk } from './desk.ts';
import type { Exposure } from './exposure.ts';
import { unconfirmedCap } from './unconfirmed.ts';
import { createReceipts, type Verdict } from './receipts.ts';

/** Answers what a payer says about its channels. */
export interface Clerk {
  open(account: PayeeAccount, wire: WireEntry, open: Open): Promise<void>;
  pay(account: PayeeAccount, wire: WireEntry, pay: Pay): void;
  resume(account: PayeeAccount, wire: WireEntry, resume: Resume): void;
  close(account: PayeeAccount, wire: WireEntry, close: Close): void;
}

interface ClerkParts {
  readonly desk: PayeeDesk;
  readonly exposure: Exposure;
  readonly income: IncomeMeter;
}

export const createClerk = (
  context: Context,
  { desk, exposure, income }: ClerkParts,
  onClose: (cid: ChannelId) => void,
): Clerk => {
  const { book, clock } = context;
  const fault = (
    wire: WireEntry,
    code: WireErrorCode,
    cid: ChannelId | null,
    detail: string,
  ): void => {
    income.refused(code);
    context.send(wire.id, { type: 'error', code, cid, detail });
  };

  const decline = (wire: WireEntry, cid: ChannelId, code: WireErrorCode, detail: string): void => {
    income.refused(code);
    context.send(wire.id, { type: 'open_no', cid, code, detail });
  };

  /** A channel of this very payer that is still open here; otherwise the peer hears why not. */
  const channelOf = (account: PayeeAccount, wire: WireEntry, cid: ChannelId): Incoming | null => {
    const channel = account.channels.get(cid);
    const record = book.channel(cid);
    // A settlement may have been signed while this payer was not here, with what was paid until then.
    const isOpen = record?.status === 'open';
    if (channel !== undefined && !channel.closing && isOpen) return channel;
    if (record === undefined || record.role !== 'payee' || record.peer !== account.peer) {
      fault(wire, 'unknown-channel', cid, 'This channel is not known here.');
      return null;
    }
    const posted = [...book.outbox()].find(({ txid }) => txid === record.closingTxid);
    if (record.status === 'settled' && posted !== undefined) {
      const rawTx = Transaction.fromEF(posted.tx).toUint8Array();
      context.send(wire.id, { type: 'closed', cid, rawTx });
    } else fault(wire, 'channel-closed', cid, 'This channel is being settled.');
    return null;
  };

  /** Ids of channels whose offer is being checked. */
  const offered = new Set<ChannelId>();

  /** The best state is on disk: it counts now. */
  const receipts = createReceipts(context, income, (account, { cid }, paid) => {
    desk.apply(account, { type: 'paid', cid, paid });
    if (account.state.paid > 0) exposure.release(account);
    context.changed();
  });

  /** Shows the payer its own best signature. */
  const remind = (wire: WireEntry, cid: ChannelId): void => {
    const record = book.channel(cid);
    if (record === undefined) return;
    const { paid, bytes, signature } = record;
    context.send(wire.id, { type: 'resume', cid, paid, bytes, signature });
  };

  const judge = (wire: WireEntry, cid: ChannelId, verdict: Verdict): void => {
    if (verdict !== 'over-capacity' && verdict !== 'bad-signature') return;
    fault(wire, verdict, cid, 'This state cannot be settled.');
    context.dismiss(wire.id, verdict);
  };

  /** The payer has said where it stands: what it did not get before it left is forgiven, within bounds. */
  const reconcile = (account: PayeeAccount): void => {
    const before = account.state.forgiven;
    desk.apply(account, { type: 'resumed' });
    if (account.state.forgiven === before) return;
    let lost = 0;
    while (lost < account.sent.size && account.sent.time(lost) <= account.leftAt) lost += 1;
    const record = book.account('payee', account.peer);
    let bytes = 0;
    for (let row = 0; row < lost; row += 1) bytes += account.sent.length(row);
    account.sent.drop(lost);
    void book.write({
      accounts: [
        {
          ...accountRecord(account, record, 0, clock.now()),
          forgivenBytes: record.forgivenBytes + bytes,
        },
      ],
    });
  };

  const accept = async (account: PayeeAccount, wire: WireEntry, open: Open): Promise<void> => {
    const { cid, paid, signature } = open;
    const known = account.channels.get(cid);
    if (known !== undefined) {
      context.send(wire.id, {
        type: 'open_ok',
        cid,
        status: 'seen',
        credit: desk.capOf(account, cid),
      });
      // It has lost what it signed, or was told of no channel that it opened: we show what we have.
      if (paid < known.paid) remind(wire, cid);
      else desk.acknowledge(account, known);
      return;
    }
    const own = book.channel(cid);
    if (own?.role === 'payee' && own.peer === account.peer) {
      channelOf(account, wire, cid);
      return;
    }
    const accepted = await acceptChannel(context, account, wire, open);
    if (!accepted.ok) {
      decline(wire, cid, accepted.code, accepted.detail);
      return;
    }
    const { record, status } = accepted;
    // Before any other is written: of two that share a funding only one is the first.
    const cap = status === 'mined' ? record.capacity : unconfirmedCap(record, book.channels());
    await book.write({ channels: [record] });
    const channel = desk.admit(account, record, cap);
    if (channel === null) return;
    desk.apply(account, { type: 'window', bytes: exposure.funded });
    context.send(wire.id, { type: 'open_ok', cid, status, credit: cap });
    if (paid > 0) {
      receipts.take(account, channel, wire, { paid, bytes: account.claimedBytes, signature });
    }
    reconcile(account);
    desk.acknowledge(account, channel);
    context.changed();
  };

  return {
    async open(account, wire, open) {
      if (account.accepting) {
        decline(wire, open.cid, 'too-many', 'One channel at a time, please.');
        return;
      }
      // Of two that offer one id at the same time the second would overwrite the first.
      if (offered.has(open.cid)) {
        decline(wire, open.cid, 'duplicate-channel', 'The channel id is taken.');
        return;
      }
      account.accepting = true;
      offered.add(open.cid);
      try {
        await accept(account, wire, open);
      } catch (error) {
        const detail = error instanceof Error ? error.message : String(error);
        decline(wire, open.cid, 'internal', detail);
      }
      offered.delete(open.cid);
      account.accepting = false;
    },

    pay(account, wire, pay) {
      const channel = channelOf(account, wire, pay.cid);
      if (channel === null) return;
      const verdict = receipts.take(account, channel, wire, pay);
      if (verdict === 'stale') desk.acknowledge(account, channel);
      else judge(wire, pay.cid, verdict);
    },

    resume(account, wire, resume) {
      const channel = channelOf(account, wire, resume.cid);
      if (channel === null) return;
      const { cid, capacity } = channel;
      const finish = (): void => {
        reconcile(account);
        const credit = desk.capOf(account, cid);
        if (credit < capacity) {
          context.send(wire.id, { type: 'open_ok', cid, status: 'seen', credit });
        }
        desk.acknowledge(account, channel);
      };
      const verdict = receipts.take(account, channel, wire, resume, finish);
      if (verdict === 'stale' && resume.paid < channel.paid) {
        remind(wire, cid);
        reconcile(account);
      } else if (verdict === 'stale') finish();
      else judge(wire, cid, verdict);
    },

    close(account, wire, { cid }) {
      if (channelOf(account, wire, cid) !== null) onClose(cid);
    },
  };
};
