import type { AccountRecord, ChannelRecord } from '../shared/ports/ledger.ts';
import type { AuditReport, ChannelRole } from '../shared/ports/payments.ts';
import type { Backend, Snapshot } from './backend.ts';
import { isComplete, readHeads, slabSize, sumRows, type BatchHead, type FullSlab } from './slab.ts';
import { ALL, createTotalsBook, noTotals, sameTotals, type TotalsRow } from './totals.ts';

/** Ids that are read at a time, with their blocks: about half a megabyte. */
const WINDOW = 512;

const roleOf = ({ direction }: BatchHead): ChannelRole =>
  direction === 'sent' ? 'payer' : 'payee';

/** Collects what the batches add up to. */
const createTally = () => {
  const problems: string[] = [];
  const byChannel = new Map<string, { sat: number; first: BatchHead }>();
  const byAccount = new Map<string, { sat: number; first: BatchHead }>();
  const totals = createTotalsBook();
  let batches = 0;
  let nextId = 1;

  const count = (head: BatchHead): void => {
    const channel = byChannel.get(head.cid) ?? { sat: 0, first: head };
    channel.sat += head.sat;
    byChannel.set(head.cid, channel);
    if (channel.sat !== head.paidAfter) {
      problems.push(
        `Batch ${head.id} puts channel ${head.cid} at ${head.paidAfter} sat, its batches so far add up to ${channel.sat}.`,
      );
    }
    if (channel.first.peer !== head.peer || channel.first.direction !== head.direction) {
      problems.push(
        `Batch ${head.id} has another peer or direction than the rest of channel ${head.cid}.`,
      );
    }
    const key = roleOf(head) + head.peer;
    const account = byAccount.get(key) ?? { sat: 0, first: head };
    account.sat += head.sat;
    byAccount.set(key, account);
  };

  return {
    problems,
    byChannel,
    byAccount,
    totals,
    batches: () => batches,
    slab(slab: FullSlab): void {
      if (slab.first !== nextId) {
        problems.push(`Batches ${nextId} to ${slab.first - 1} are missing.`);
      }
      const size = slabSize(slab.head);
      nextId = slab.first + size;
      batches += size;
      const heads = readHeads(slab);
      if (!isComplete(slab)) {
        problems.push(`The blocks of batches ${slab.first} to ${nextId - 1} are not all there.`);
      }
      const sums = sumRows(slab);
      heads.forEach((head, index) => {
        const sum = sums[index];
        // A batch without blocks is a state taken over from the other side: money, no detail.
        if (sum !== undefined && head.blocks > 0) {
          if (sum.sat !== head.sat) {
            problems.push(`Batch ${head.id} is ${head.sat} sat, its blocks add up to ${sum.sat}.`);
          }
          if (sum.bytes !== head.bytes) {
            problems.push(
              `Batch ${head.id} is ${head.bytes} bytes, its blocks add up to ${sum.bytes}.`,
            );
          }
        }
        count(head);
      });
      totals.keep(totals.after(heads, nextId - 1));
    },
    end(lastId: number): void {
      if (nextId <= lastId) problems.push(`Batches ${nextId} to ${lastId} are missing.`);
    },
  };
};

type Tally = ReturnType<typeof createTally>;

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
 * states are of one instant, and batches up to it never change.
 */
export const auditLedger = async (
  backend: Pick<Backend, 'snapshot' | 'slabs'>,
): Promise<AuditReport> => {
  const snapshot = await backend.snapshot();
  const tally = createTally();
  for (let start = 1; start <= snapshot.lastId; start += WINDOW) {
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
