import type { AccountRecord, ChannelRecord } from '../shared/ports/ledger.ts';
import type { AuditReport } from '../shared/ports/payments.ts';
import type { Backend, Snapshot } from './backend.ts';
import { createTally, roleOf, type Tally } from './tally.ts';
import { ALL, noTotals, sameTotals, type TotalsRow } from './totals.ts';

/** Ids that are read at a time, with their blocks: about half a megabyte. */
const WINDOW = 512;

const channelProblems = (channels: readonly ChannelRecord[], tally: Tally): string[] => {
  const problems: string[] = [];
  const known = new Set(channels.map(({ cid }) => cid as string));
  for (const { cid, role, peer, paid, capacity, ackedPaid } of channels) {
    const counted = tally.byChannel.get(cid);
    const sat = counted?.sat ?? 0;
    if (sat !== paid) {
      problems.push(`Channel ${cid} has paid ${paid} sat, its batches add up to ${sat}.`);
    }
    if (counted && (roleOf(counted.first) !== role || counted.first.peer !== peer)) {
      problems.push(`Channel ${cid} has another peer or role than its batches.`);
    }
    if (paid > 0 && paid >= capacity) {
      problems.push(`Channel ${cid} has paid ${paid} sat of a capacity of ${capacity}.`);
    }
    if (ackedPaid > paid) {
      problems.push(`Channel ${cid} has paid ${paid} sat, but ${ackedPaid} are acknowledged.`);
    }
  }
  for (const [cid, { sat }] of tally.byChannel) {
    if (!known.has(cid)) problems.push(`Batches of ${sat} sat belong to unknown channel ${cid}.`);
  }
  return problems;
};

const accountProblems = (snapshot: Snapshot, tally: Tally): string[] => {
  const problems: string[] = [];
  const inChannels = new Map<string, number>();
  for (const { role, peer, paid } of snapshot.channels) {
    inChannels.set(role + peer, (inChannels.get(role + peer) ?? 0) + paid);
  }
  const name = ({ role, peer }: Pick<AccountRecord, 'role' | 'peer'>): string =>
    `The account as ${role} with ${peer}`;
  const known = new Set<string>();
  for (const account of snapshot.accounts) {
    const key = account.role + account.peer;
    known.add(key);
    const sat = tally.byAccount.get(key)?.sat ?? 0;
    const channels = inChannels.get(key) ?? 0;
    if (sat !== account.paid) {
      problems.push(`${name(account)} has ${account.paid} sat, its batches add up to ${sat}.`);
    }
    if (channels !== account.paid) {
      problems.push(
        `${name(account)} has ${account.paid} sat, its channels add up to ${channels}.`,
      );
    }
  }
  for (const [key, { sat, first }] of tally.byAccount) {
    if (known.has(key)) continue;
    problems.push(`${name({ role: roleOf(first), peer: first.peer })} is missing: ${sat} sat.`);
  }
  return problems;
};

const totalsProblems = (stored: readonly TotalsRow[], tally: Tally): string[] => {
  const recomputed = new Map(tally.totals.rows().map((row) => [row.key, row]));
  const kept = new Map(stored.map((row) => [row.key, row]));
  return [...new Set([...recomputed.keys(), ...kept.keys()])].flatMap((key) =>
    sameTotals(recomputed.get(key) ?? noTotals, kept.get(key) ?? noTotals)
      ? []
      : [`The totals of ${key === ALL ? 'all torrents' : key} do not agree with the batches.`],
  );
};

/**
 * Recomputes every derived figure from the blocks up and compares. Commits go on meanwhile: the
 * states are of one instant, and batches up to it, which are filed, never change.
 */
export const auditLedger = async (
  snapshot: Snapshot,
  backend: Pick<Backend, 'slabs' | 'days'>,
): Promise<AuditReport> => {
  const tally = createTally();
  tally.days(await backend.days());
  for (let start = snapshot.foldedTo + 1; start <= snapshot.lastId; start += WINDOW) {
    const end = Math.min(start + WINDOW, snapshot.lastId + 1);
    for (const slab of await backend.slabs(start, end)) tally.slab(slab);
  }
  tally.end(snapshot.lastId);
  const problems = [
    ...tally.problems,
    ...channelProblems(snapshot.channels, tally),
    ...accountProblems(snapshot, tally),
    ...totalsProblems(snapshot.totals, tally),
  ];
  return {
    ok: problems.length === 0,
    channels: snapshot.channels.length,
    batches: tally.batches(),
    problems,
  };
};
