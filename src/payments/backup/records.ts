import type {
  AccountRecord,
  ChannelRecord,
  DayTotal,
  DueBytes,
  LedgerCopy,
  OutboxRecord,
} from '../../shared/ports/ledger.ts';
import { channelId, identityKey, infoHash, satoshi, satPerMiB, txId } from '../../shared/units.ts';
import { bytesOf, fieldsOf, listOf, oneOf, orNull, textOf, wholeOf } from './decode.ts';

const MOST_RECORDS = 100_000;
const MOST_DAYS = 1_000_000;
const MOST_DUE = 10_000;
/** Transactions with their proofs; the wire allows far less. */
const MOST_BYTES = 4 * 1024 * 1024;
const LONGEST_NOTE = 2_000;
const LAST_SECOND = 0xffffffff;
const LAST_MS = 8.64e15;
const KEY = 33;
const LONGEST_SIGNATURE = 80;
const HASH = 64;

const ROLES = ['payer', 'payee'] as const;
const STATUSES = ['opening', 'open', 'closing', 'settled', 'refunded', 'failed'] as const;
const KINDS = ['funding', 'settlement', 'refund'] as const;
const DIRECTIONS = ['sent', 'received'] as const;

const hexOf = (value: unknown): string => textOf(value, 2 * KEY);
const sat = (value: unknown) => satoshi(wholeOf(value));
const cid = (value: unknown) => channelId(hexOf(value));
const peer = (value: unknown) => identityKey(hexOf(value));
const hash = (value: unknown) => infoHash(hexOf(value));
const txid = (value: unknown) => txId(textOf(value, HASH));
const time = (value: unknown) => wholeOf(value, LAST_MS);

const channelOf = (value: unknown): ChannelRecord => {
  const one = fieldsOf(value);
  const record: ChannelRecord = {
    cid: cid(one['cid']),
    role: oneOf(one['role'], ROLES),
    peer: peer(one['peer']),
    status: oneOf(one['status'], STATUSES),
    capacity: sat(one['capacity']),
    refundAt: wholeOf(one['refundAt'], LAST_SECOND),
    payerKey: bytesOf(one['payerKey'], KEY, KEY),
    payeeKey: bytesOf(one['payeeKey'], KEY, KEY),
    fundingTxid: orNull(one['fundingTxid'], txid),
    vout: wholeOf(one['vout'], LAST_SECOND),
    funding: orNull(one['funding'], (funding) => bytesOf(funding, 0, MOST_BYTES)),
    paid: sat(one['paid']),
    bytes: wholeOf(one['bytes']),
    signature: bytesOf(one['signature'], 0, LONGEST_SIGNATURE),
    ackedPaid: sat(one['ackedPaid']),
    openedAt: time(one['openedAt']),
    updatedAt: time(one['updatedAt']),
    closingTxid: orNull(one['closingTxid'], txid),
    closingFee: orNull(one['closingFee'], sat),
    note: orNull(one['note'], (note) => textOf(note, LONGEST_NOTE)),
  };
  if (record.paid > record.capacity) throw new RangeError('a channel has paid more than it holds');
  return record;
};

const dueOf = (value: unknown): DueBytes => {
  const one = fieldsOf(value);
  return {
    infoHash: hash(one['infoHash']),
    price: satPerMiB(wholeOf(one['price'])),
    bytes: wholeOf(one['bytes']),
  };
};

const accountOf = (value: unknown): AccountRecord => {
  const one = fieldsOf(value);
  const { due } = one;
  return {
    role: oneOf(one['role'], ROLES),
    peer: peer(one['peer']),
    costSat: sat(one['costSat']),
    costRemainder: wholeOf(one['costRemainder']),
    bytes: wholeOf(one['bytes']),
    paid: sat(one['paid']),
    forgivenSat: sat(one['forgivenSat']),
    forgivenBytes: wholeOf(one['forgivenBytes']),
    ...(due !== undefined && { due: listOf(due, MOST_DUE, dueOf) }),
    updatedAt: time(one['updatedAt']),
  };
};

const outboxOf = (value: unknown): OutboxRecord => {
  const one = fieldsOf(value);
  return {
    txid: txid(one['txid']),
    kind: oneOf(one['kind'], KINDS),
    tx: bytesOf(one['tx'], 1, MOST_BYTES),
    cids: listOf(one['cids'], MOST_RECORDS, cid),
    status: textOf(one['status'], LONGEST_NOTE),
    attempts: wholeOf(one['attempts']),
    createdAt: time(one['createdAt']),
    updatedAt: time(one['updatedAt']),
  };
};

const dayOf = (value: unknown): DayTotal => {
  const one = fieldsOf(value);
  return {
    id: wholeOf(one['id']),
    time: time(one['time']),
    direction: oneOf(one['direction'], DIRECTIONS),
    cid: cid(one['cid']),
    peer: peer(one['peer']),
    infoHash: hash(one['infoHash']),
    paidAfter: sat(one['paidAfter']),
    batches: wholeOf(one['batches']),
    blocks: wholeOf(one['blocks']),
    bytes: wholeOf(one['bytes']),
    sat: sat(one['sat']),
  };
};

/** The ledger's part of a backup. @throws RangeError for anything that a ledger would not have written. */
export const ledgerCopyOf = (value: unknown): LedgerCopy => {
  const one = fieldsOf(value);
  const days = listOf(one['days'], MOST_DAYS, dayOf);
  days.forEach(({ id }, index) => {
    if (id <= (days[index - 1]?.id ?? 0)) throw new RangeError('days are out of order');
  });
  return {
    channels: listOf(one['channels'], MOST_RECORDS, channelOf),
    accounts: listOf(one['accounts'], MOST_RECORDS, accountOf),
    outbox: listOf(one['outbox'], MOST_RECORDS, outboxOf),
    days,
  };
};
