import type { UpdateVerifier } from '../../channel/update.ts';
import { newPayee, type PayeeState } from '../../protocol/payee-state.ts';
import type { AccountRecord } from '../../shared/ports/ledger.ts';
import { satoshi, type ChannelId, type IdentityKey, type Satoshi } from '../../shared/units.ts';
import { BlockQueue } from '../batcher/block-queue.ts';
import type { WireEntry } from '../wires/registry.ts';

/** A channel that pays us. */
export interface Incoming {
  readonly cid: ChannelId;
  readonly capacity: Satoshi;
  readonly verifier: UpdateVerifier;
  /** Best verified state, being written down or already there. */
  paid: Satoshi;
  /** No more payments are taken: it is being settled. */
  closing: boolean;
}

/** Everything about one payer in this session. */
export interface PayeeAccount {
  readonly peer: IdentityKey;
  /** Number of the gate's account. */
  readonly account: number;
  state: PayeeState;
  readonly wires: Set<WireEntry>;
  /** Blocks that were sent and are not paid, oldest first. */
  readonly sent: BlockQueue;
  readonly channels: Map<ChannelId, Incoming>;
  /** The payer's own count of bytes that it paid for. */
  claimedBytes: number;
  /** A funding transaction is being checked. */
  accepting: boolean;
  /** When the last wire closed; what was sent before may be lost. */
  leftAt: number;
  /** Whether it has a share in the exposure to newcomers. */
  exposed: boolean;
  lastCreditAt: number;
  /** Highest limit that the gate had for it in this session, in units. */
  granted: number;
  cancelCredit: (() => void) | null;
  /** Traffic of any kind, for settling what is idle. */
  activeAt: number;
}

export const newPayeeAccount = (
  record: AccountRecord,
  account: number,
  now: number,
): PayeeAccount => ({
  peer: record.peer,
  account,
  state: newPayee({
    cost: { sat: record.costSat, remainder: record.costRemainder },
    bytes: record.bytes,
    paid: record.paid,
    forgiven: record.forgivenSat,
  }),
  wires: new Set(),
  sent: new BlockQueue(),
  channels: new Map(),
  claimedBytes: 0,
  accepting: false,
  leftAt: now,
  exposed: false,
  lastCreditAt: 0,
  granted: 0,
  cancelCredit: null,
  activeAt: now,
});

/** What the ledger is told about the account now; `gained` satoshi are being written with it. */
export const accountRecord = (
  { state, peer }: PayeeAccount,
  before: AccountRecord,
  gained: number,
  now: number,
): AccountRecord => ({
  role: 'payee',
  peer,
  costSat: state.cost.sat,
  costRemainder: state.cost.remainder,
  bytes: state.bytes,
  paid: satoshi(before.paid + gained),
  forgivenSat: state.forgiven,
  forgivenBytes: before.forgivenBytes,
  updatedAt: now,
});
