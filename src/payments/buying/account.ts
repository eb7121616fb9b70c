import type { UpdateSigner } from '../../channel/update.ts';
import { newPayer, roomOf, type PayerState } from '../../protocol/payer-state.ts';
import { ceilSat, sumCost, type Cost } from '../../protocol/pricing.ts';
import type { AccountRecord } from '../../shared/ports/ledger.ts';
import {
  MIB,
  satoshi,
  type ChannelId,
  type IdentityKey,
  type InfoHash,
} from '../../shared/units.ts';
import { BlockQueue } from '../batcher/block-queue.ts';
import { fullAllowance, type Allowance } from '../batcher/schedule.ts';
import type { WireEntry } from '../wires/registry.ts';
import { Unverified } from './unverified.ts';

/** Everything about one payee in this session. */
export interface PayerAccount {
  readonly peer: IdentityKey;
  state: PayerState;
  readonly wires: Set<WireEntry>;
  /** What it was met for in this session. */
  readonly titles: Set<InfoHash>;
  /** Blocks that may be paid for now, oldest first. */
  readonly ready: BlockQueue;
  /** Blocks whose pieces are not checked yet, beyond what is paid ahead. */
  readonly unverified: Unverified;
  readonly signers: Map<ChannelId, UpdateSigner>;
  /** Channels whose rest is too small for the next block. */
  readonly full: Set<ChannelId>;
  allowance: Allowance;
  /** Bytes without a signature when the ledger last learned of them, when, and whether it is about to again. */
  notedBytes: number;
  notedAt: number;
  noting: boolean;
  /** A signature of this account is being stored. */
  busy: boolean;
  /** What is due is to be paid without gathering more, because of this. */
  flush: 'asked' | 'close' | null;
  cancelTimer: (() => void) | null;
  /** So much waits that nothing more is asked for. */
  pressed: boolean;
  /** A channel is being funded. */
  opening: boolean;
  /** No channel is opened before this time: the last try failed. */
  retryAt: number;
  failures: number;
}

export const newPayerAccount = (peer: IdentityKey, now: number): PayerAccount => ({
  peer,
  state: newPayer(),
  wires: new Set(),
  titles: new Set(),
  ready: new BlockQueue(),
  unverified: new Unverified(),
  signers: new Map(),
  full: new Set(),
  allowance: fullAllowance(now),
  notedBytes: 0,
  notedAt: 0,
  noting: false,
  busy: false,
  flush: null,
  cancelTimer: null,
  pressed: false,
  opening: false,
  retryAt: 0,
  failures: 0,
});

export const costOfRecord = ({ costSat, costRemainder }: AccountRecord): Cost => ({
  sat: costSat,
  remainder: costRemainder,
});

/** Units of cost as whole satoshi and rest. */
export const unitsCost = (units: number): Cost => ({
  sat: satoshi(Math.floor(units / MIB)),
  remainder: units % MIB,
});

/** Satoshi that the ready blocks add to what is paid. */
export const dueSat = (account: PayerAccount, cost: Cost): number =>
  ceilSat(sumCost(cost, unitsCost(account.ready.units))) - ceilSat(cost);

/** Satoshi for everything that was received and is not signed for, verified or not. */
export const unpaidSat = ({ ready, unverified }: PayerAccount): number =>
  Math.ceil((ready.units + unverified.units) / MIB);

/** Whether it may not have heard of the last payments: a wire that dies takes along what is on it. */
export const isUntold = ({ state }: PayerAccount): boolean =>
  state.channels.some(({ paid, acked }) => paid > acked);

/** Bytes that were received and are not signed for, verified or not. */
export const unsignedBytes = ({ ready, unverified }: PayerAccount): number =>
  ready.bytes + unverified.bytes;

/** Satoshi in channels to this payee that are not paid: what nobody has until they are settled, or refunded. */
export const lockedIn = ({ state }: PayerAccount): number =>
  state.channels.reduce((sum, { capacity, paid }) => sum + capacity - paid, 0);

/**
 * Satoshi that the account can still pay. The rests of full channels are not among them: each is too
 * small for a block, and blocks are not divided among channels.
 */
export const roomLeft = ({ state, full }: PayerAccount): number =>
  roomOf({ ...state, channels: state.channels.filter(({ cid }) => !full.has(cid)) });
