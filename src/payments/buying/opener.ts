import { payeePublicKey } from '../../channel/keys.ts';
import { channelLockingScript } from '../../channel/script.ts';
import { createUpdateSigner } from '../../channel/update.ts';
import type { Terms } from '../../protocol/messages.ts';
import {
  CAPACITY_MAX,
  CAPACITY_MIN,
  CHANNEL_LIFETIME_S,
  TOP_UP_SHARE,
} from '../../protocol/policy.ts';
import { toHex } from '../../shared/hex.ts';
import type { ChannelRecord } from '../../shared/ports/ledger.ts';
import { unwrap, type Result } from '../../shared/result.ts';
import {
  channelId,
  satoshi,
  type ChannelId,
  type IdentityKey,
  type Satoshi,
} from '../../shared/units.ts';
import { channelOutput } from '../channel-output.ts';
import type { Context } from '../context.ts';
import { channelPayerKey } from '../wallet/channel-key.ts';
import { MAX_FUNDED } from '../wallet/funding.ts';
import type { FundedChannels } from '../wallet/port.ts';
import { lockedIn, roomLeft, type PayerAccount } from './account.ts';
import { createAncestry } from './ancestry.ts';
import { spendable, type Funds } from './funds.ts';
import { createGathering } from './gathering.ts';
import { expectedSat, hasRivals, usedShare } from './need.ts';
import { createPatience } from './patience.ts';

/** Channels that are wanted within this time share one funding transaction. */
const GATHER_MS = 4;
/** After a failure the next try waits this long, doubled each time up to the last. */
const FIRST_RETRY_MS = 2_000;
const LAST_RETRY_MS = 60_000;
/** Room between what a payee asks for at least and what it gets, for clocks that differ. */
const LIFETIME_SLACK_S = 3_600;

const TOO_DEEP =
  'Many of the wallet’s transactions are not mined yet. The next payment channel is opened then.';

export interface Opener {
  /** Opens a channel to this payee if one is needed; cheap to ask. */
  consider(account: PayerAccount): void;
  /** Brings back the signer of a channel from the ledger. */
  restore(account: PayerAccount, record: ChannelRecord): void;
}

export interface OpenerHooks {
  /** The channel is funded; offer it. */
  readonly onFunded: (account: PayerAccount, record: ChannelRecord) => void;
  /** Whether money is there has changed. */
  readonly onOutcome: (account: PayerAccount) => void;
}

const termsOf = (account: PayerAccount): Terms | null => {
  for (const { terms } of account.wires) if (terms !== null && terms.satPerMiB > 0) return terms;
  return null;
};

/** Opens channels in the background, several in one transaction where they are wanted together. */
export const createOpener = (context: Context, funds: Funds, hooks: OpenerHooks): Opener => {
  const { book, clock, keys, curve, random, wallet } = context;
  /** Payees whose channel is being funded. */
  const underWay = new Set<IdentityKey>();

  const isFunded = (peer: IdentityKey): boolean => {
    if (underWay.has(peer)) return true;
    for (const { role, status, peer: payee } of book.channels()) {
      if (role === 'payer' && status === 'open' && payee === peer) return true;
    }
    return false;
  };
  const patience = createPatience(clock, isFunded, (account) => consider(account));

  const ancestry = createAncestry(async (txid) => {
    const status = await context.chain.status(txid);
    if (!status.ok || status.value.status !== 'MINED') return false;
    await wallet.tick();
    return true;
  });

  const failed = (account: PayerAccount, message: string): void => {
    account.failures += 1;
    const pause = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (account.failures - 1));
    account.retryAt = clock.now() + pause;
    context.problem(message);
    clock.after(pause, () => {
      account.failures = Math.min(account.failures, 2);
      hooks.onOutcome(account);
      consider(account);
    });
  };

  const keyOf = (cid: ChannelId): Uint8Array =>
    Uint8Array.from(channelPayerKey(keys, cid).toArray('be', 32));

  const restore = (account: PayerAccount, record: ChannelRecord): void => {
    const { fundingTxid, funding } = record;
    if (fundingTxid !== null && funding !== null) ancestry.funded(fundingTxid, funding.length);
    const output = channelOutput(record);
    if (output === null) return;
    account.signers.set(record.cid, createUpdateSigner(curve, output, keyOf(record.cid)));
  };

  const draft = async (account: PayerAccount, capacity: Satoshi): Promise<ChannelRecord> => {
    const cid = channelId(toHex(random(16)));
    const payeeKey = unwrap(await payeePublicKey(keys.wallet, cid, account.peer));
    const now = clock.now();
    const lifetime = Math.max(
      CHANNEL_LIFETIME_S,
      (termsOf(account)?.minLifetime ?? 0) + LIFETIME_SLACK_S,
    );
    return {
      cid,
      role: 'payer',
      peer: account.peer,
      status: 'opening',
      capacity,
      refundAt: Math.floor(now / 1000) + lifetime,
      payerKey: curve.publicKey(keyOf(cid)),
      payeeKey,
      fundingTxid: null,
      vout: 0,
      funding: null,
      paid: satoshi(0),
      bytes: book.account('payer', account.peer).bytes,
      signature: new Uint8Array(0),
      ackedPaid: satoshi(0),
      openedAt: now,
      updatedAt: now,
      closingTxid: null,
      closingFee: null,
      note: null,
    };
  };

  const fund = async (records: readonly ChannelRecord[]): Promise<Result<FundedChannels>> => {
    await book.write({ channels: records });
    return wallet.fundChannels(
      records.map((record) => ({
        cid: record.cid,
        capacity: record.capacity,
        lockingScript: channelLockingScript(record),
        instructions: JSON.stringify({
          v: 1,
          cid: record.cid,
          payee: record.peer,
          T: record.refundAt,
        }),
      })),
    );
  };

  /** Shares what the wallet has among those that want a channel; who gets too little waits. */
  const share = (requests: readonly (readonly [PayerAccount, Satoshi])[]) => {
    let left = spendable(funds.available());
    const granted: (readonly [PayerAccount, Satoshi])[] = [];
    for (const [account, asked] of requests) {
      const smallest = Math.max(CAPACITY_MIN, termsOf(account)?.minCapacity ?? 0);
      const fair = hasRivals(account) ? Math.max(smallest, Math.floor(left / 2)) : left;
      const capacity = Math.min(asked, left, fair);
      if (capacity < smallest) {
        failed(account, 'There is not enough money in the wallet to open a payment channel.');
        continue;
      }
      granted.push([account, satoshi(capacity)]);
      left -= capacity;
    }
    return granted;
  };

  const openAll = async (
    requests: readonly (readonly [PayerAccount, Satoshi])[],
  ): Promise<void> => {
    unwrap(await wallet.ready);
    await funds.refresh();
    const granted = share(requests);
    if (granted.length === 0) return;
    if (!(await ancestry.mayFund(granted.length))) {
      for (const [account] of granted) failed(account, TOO_DEEP);
      return;
    }
    const records = await Promise.all(granted.map(([account, sat]) => draft(account, sat)));
    const result = await fund(records);
    const now = clock.now();
    if (!result.ok) {
      const { message } = result.error;
      const status = 'failed';
      const note = message;
      await book.write({
        channels: records.map((one) => ({ ...one, status, note, updatedAt: now })),
      });
      for (const [account] of granted) failed(account, message);
      return;
    }
    const { txid, beef, vouts } = result.value;
    const open = records.map((one, i): ChannelRecord => {
      const vout = vouts[i] ?? 0;
      return { ...one, status: 'open', fundingTxid: txid, vout, funding: beef, updatedAt: now };
    });
    await book.write({ channels: open });
    void funds.refresh();
    for (const [i, [account]] of granted.entries()) {
      const record = open[i];
      if (record === undefined) continue;
      account.failures = 0;
      context.problem(null);
      restore(account, record);
      hooks.onFunded(account, record);
    }
  };

  const wanted = createGathering<PayerAccount, Satoshi>(
    clock,
    { waitMs: GATHER_MS, most: MAX_FUNDED },
    async (requests) => {
      try {
        await openAll(requests);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        for (const [account] of requests) failed(account, message);
      }
      for (const [account] of requests) {
        account.opening = false;
        underWay.delete(account.peer);
        hooks.onOutcome(account);
      }
    },
  );

  const consider = (account: PayerAccount): void => {
    const { state } = account;
    if (account.opening || clock.now() < account.retryAt || account.wires.size === 0) return;
    if (state.channels.some(({ phase }) => phase === 'refused' || phase === 'offering')) return;
    if (usedShare(account) < TOP_UP_SHARE) return;
    const terms = termsOf(account);
    const missing = expectedSat(account) - roomLeft(account);
    if (terms === null || missing <= 0) return;
    const smallest = Math.max(CAPACITY_MIN, terms.minCapacity);
    // Whatever the payee says of its channels, no more than that is locked for its sake.
    const left = CAPACITY_MAX - lockedIn(account);
    if (smallest > left || !patience.mayOpen(account)) return;
    account.opening = true;
    underWay.add(account.peer);
    // While others wait to be mined, no more is locked than counts at once.
    const waiting = state.channels.some(({ credit, capacity }) => credit < capacity);
    const most = Math.min(left, waiting ? terms.unconfirmedCap : left);
    // One satoshi always stays with the payer as change.
    wanted.ask(account, satoshi(Math.max(smallest, Math.min(missing + 1, most))));
  };

  return { consider, restore };
};
