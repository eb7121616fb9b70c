import { describe, expect, it } from 'vitest';
import { infoHash } from '../shared/units.ts';
import { createCreditors } from './creditors.ts';
import { SEEK_FIRST_MS, SEEK_GROWTH, SEEK_LAST_MS } from './limits.ts';
import { manualClock } from './testing/clock.ts';
import { scriptedPayments } from './testing/payments.ts';

const FILM = infoHash('a'.repeat(40));

const start = () => {
  const clock = manualClock();
  const announced: string[] = [];
  const payments = scriptedPayments();
  const creditors = createCreditors(payments, clock, (hash) => announced.push(hash));
  const owe = (payees: number): void => payments.emit('owed', { infoHash: FILM, payees });
  return { clock, announced, creditors, owe };
};

describe('peers that are owed something and are gone', () => {
  it('are looked for at once, then more and more seldom, until nobody is left', () => {
    const { clock, announced, creditors, owe } = start();
    owe(2);
    expect(creditors.count(FILM)).toBe(2);
    clock.advance(SEEK_FIRST_MS - 1);
    expect(announced).toEqual([]);
    clock.advance(1);
    clock.advance(SEEK_GROWTH * SEEK_FIRST_MS);
    expect(announced).toEqual([FILM, FILM]);
    clock.advance(100 * SEEK_LAST_MS);
    const soFar = announced.length;
    clock.advance(10 * SEEK_LAST_MS);
    expect(announced).toHaveLength(soFar + 10);
    owe(0);
    expect(creditors.count(FILM)).toBe(0);
    clock.advance(100 * SEEK_LAST_MS);
    expect(announced).toHaveLength(soFar + 10);
  });

  it('are looked for anew when one more has gone, and no sooner when one was found', () => {
    const { clock, announced, owe } = start();
    owe(2);
    clock.advance(20 * SEEK_LAST_MS);
    const soFar = announced.length;
    owe(1);
    clock.advance(SEEK_FIRST_MS);
    expect(announced).toHaveLength(soFar);
    owe(2);
    clock.advance(SEEK_FIRST_MS);
    expect(announced).toHaveLength(soFar + 1);
  });

  it('are looked for as often as at first again when the title is complete', () => {
    const { clock, announced, creditors, owe } = start();
    creditors.hurry(FILM);
    owe(1);
    clock.advance(20 * SEEK_LAST_MS);
    const soFar = announced.length;
    creditors.hurry(FILM);
    expect(creditors.count(FILM)).toBe(1);
    clock.advance(SEEK_FIRST_MS);
    expect(announced).toHaveLength(soFar + 1);
    owe(0);
    creditors.hurry(FILM);
    clock.advance(SEEK_LAST_MS);
    expect(announced).toHaveLength(soFar + 1);
  });

  it('are not looked for by an engine that has ended', () => {
    const { clock, announced, creditors, owe } = start();
    owe(1);
    creditors.stop();
    clock.advance(SEEK_LAST_MS);
    expect(announced).toEqual([]);
  });
});
