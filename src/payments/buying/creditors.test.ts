import { describe, expect, it } from 'vitest';
import {
  BLOCK_LENGTH,
  channelId,
  identityKey,
  infoHash,
  satoshi,
  type InfoHash,
} from '../../shared/units.ts';
import { createRegistry, type WireEntry } from '../wires/registry.ts';
import { newPayerAccount, type PayerAccount } from './account.ts';
import { createCreditors } from './creditors.ts';

const FILM = infoHash('a'.repeat(40));
const SONG = infoHash('b'.repeat(40));
const PRICE = 1_088;

const start = () => {
  const registry = createRegistry();
  const timers: (() => void)[] = [];
  const clock = {
    after: (_ms: number, task: () => void) => {
      timers.push(task);
      return () => void timers.splice(timers.indexOf(task), 1);
    },
  };
  const accounts: PayerAccount[] = [];
  const told: (readonly [InfoHash, number])[] = [];
  const standing = new Set<PayerAccount>();
  const creditors = createCreditors({
    clock,
    registry,
    accounts: () => accounts,
    mayStand: (account) => standing.has(account),
    tell: (title, payees) => told.push([title, payees]),
  });
  return {
    creditors,
    standing,
    timers,
    owes(...titles: InfoHash[]): PayerAccount {
      const digit = (accounts.length + 1).toString(16);
      const account = newPayerAccount(identityKey(`02${digit.repeat(64)}`), 0);
      for (const title of titles) {
        account.ready.push(registry.torrent(title).index, 0, 0, BLOCK_LENGTH, PRICE, 0);
      }
      accounts.push(account);
      return account;
    },
    /** What is told after a change. */
    look(): readonly (readonly [InfoHash, number])[] {
      creditors.changed();
      creditors.changed();
      expect(timers).toHaveLength(1);
      timers.shift()?.();
      return told.splice(0);
    },
  };
};
const wire = {} as WireEntry;

describe('payees that are owed something and are not here', () => {
  it('are counted by title, and told when the count changes', () => {
    const { look, owes } = start();
    expect(look()).toEqual([]);
    const both = owes(FILM, SONG);
    const one = owes(FILM);
    owes();
    expect(look()).toEqual([
      [FILM, 2],
      [SONG, 1],
    ]);
    expect(look()).toEqual([]);
    one.wires.add(wire);
    expect(look()).toEqual([[FILM, 1]]);
    both.ready.drop(both.ready.size);
    expect(look()).toEqual([
      [FILM, 0],
      [SONG, 0],
    ]);
    one.wires.delete(wire);
    expect(look()).toEqual([[FILM, 1]]);
  });

  it('are counted until they have confirmed what they were paid', () => {
    const { look, owes } = start();
    const account = owes();
    const channel = {
      cid: channelId('c'.repeat(32)),
      capacity: satoshi(1_500),
      phase: 'open',
      paid: satoshi(17),
      bytes: BLOCK_LENGTH,
      signature: new Uint8Array(72),
      acked: satoshi(0),
      known: true,
      credit: satoshi(1_500),
    } as const;
    account.titles.add(FILM);
    account.state = { ...account.state, channels: [channel] };
    expect(look()).toEqual([[FILM, 1]]);
    account.wires.add(wire);
    expect(look()).toEqual([[FILM, 0]]);
    account.wires.delete(wire);
    account.state = { ...account.state, channels: [{ ...channel, acked: satoshi(17) }] };
    expect(look()).toEqual([]);
  });

  it('are left in peace over a rest that may stand', () => {
    const { look, owes, standing } = start();
    standing.add(owes(FILM));
    expect(look()).toEqual([]);
  });

  it('are not counted after the end', () => {
    const { creditors, owes, timers } = start();
    owes(FILM);
    creditors.changed();
    creditors.close();
    expect(timers).toEqual([]);
  });
});
