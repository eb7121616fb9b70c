import { BLOCK_COLUMNS, type WirePosts } from '../../shared/ports/wire-payments.ts';
import type { Context } from '../context.ts';
import type { WireEntry } from '../wires/registry.ts';
import type { PayerAccount } from './account.ts';
import { isVerified, markVerified } from './unverified.ts';

/** No client asks for more in one request; longer rows are not blocks. */
const MAX_BLOCK = 1 << 20;

export interface Intake {
  received(post: WirePosts['blocksReceived']): void;
  checked(post: WirePosts['pieceChecked']): void;
}

export interface IntakeHooks {
  readonly accountOf: (wire: WireEntry) => PayerAccount | null;
  readonly accounts: () => Iterable<PayerAccount>;
  readonly wake: (account: PayerAccount) => void;
}

/** Takes in what came over the wires and sorts it into what is payable and what has to be checked first. */
export const createIntake = (
  context: Pick<Context, 'registry' | 'clock' | 'drop'>,
  hooks: IntakeHooks,
): Intake => {
  const { registry, clock } = context;

  const arrive = (
    wire: WireEntry,
    account: PayerAccount,
    block: readonly [piece: number, offset: number, length: number],
    now: number,
  ): void => {
    const { torrent, buy } = wire;
    const [piece, offset, length] = block;
    for (let from = 0; from < length;) {
      const taken = buy.take(length - from);
      const { price } = buy;
      if (price > 0 && isVerified(torrent, piece)) {
        account.ready.push(torrent.index, piece, offset + from, taken, price, now);
      } else if (price > 0) {
        account.unverified.arrive(
          torrent,
          [piece, offset + from, taken],
          price,
          now,
          account.ready,
        );
      }
      from += taken;
    }
  };

  return {
    received({ rows }) {
      const now = clock.now();
      const touched = new Set<PayerAccount>();
      let wire: WireEntry | undefined;
      let account: PayerAccount | null = null;
      for (let at = 0; at + BLOCK_COLUMNS <= rows.length; at += BLOCK_COLUMNS) {
        const id = rows[at] ?? 0;
        if (wire?.id !== id) {
          wire = registry.wire(id);
          account = wire === undefined ? null : hooks.accountOf(wire);
          if (account !== null) touched.add(account);
        }
        const length = rows[at + 3] ?? 0;
        if (wire === undefined || length > MAX_BLOCK) continue;
        wire.torrent.expected = Math.max(0, wire.torrent.expected - length);
        if (account === null) continue;
        arrive(wire, account, [rows[at + 1] ?? 0, rows[at + 2] ?? 0, length], now);
      }
      for (const one of touched) hooks.wake(one);
    },

    checked({ infoHash, piece, good, wires }) {
      const torrent = registry.torrent(infoHash);
      markVerified(torrent, piece, good);
      const sole = wires.length === 1 ? registry.wire(wires[0] ?? 0) : undefined;
      const culprit = good || sole === undefined ? null : hooks.accountOf(sole);
      for (const account of hooks.accounts()) {
        if (good) account.unverified.good(torrent, piece, account.ready);
        else account.unverified.bad(torrent, piece, account === culprit, account.ready);
        hooks.wake(account);
      }
      if (!good && sole !== undefined) context.drop(sole.id, 'bad-piece', true);
    },
  };
};
