import { describe, expect, it } from 'vitest';
import { wireId } from '../../shared/units.ts';
import { createSuspects } from './suspects.ts';

const [liar, honest, other] = [wireId(1), wireId(2), wireId(3)];

describe('suspects', () => {
  it('are cleared of a piece by the conviction of another source of it', () => {
    const suspects = createSuspects();
    expect(suspects.failed(4, [liar, honest])).toBe(false);
    expect(suspects.failed(5, [honest, other])).toBe(false);
    expect(suspects.failed(6, [liar, other])).toBe(false);
    expect(suspects.convict(liar)).toEqual([4, 6]);
    expect(suspects.convict(liar)).toEqual([]);
  });

  it('are not suspected of what a convicted one had a part in, later either', () => {
    const suspects = createSuspects();
    suspects.convict(liar);
    expect(suspects.failed(7, [honest, liar])).toBe(true);
    expect(suspects.failed(8, [honest, other])).toBe(false);
  });

  it('stay suspected with every source of every bad copy', () => {
    const suspects = createSuspects();
    suspects.failed(4, [liar, honest]);
    suspects.failed(4, [honest, other]);
    expect(suspects.convict(other)).toEqual([4]);
  });

  it('are forgotten when the piece is good', () => {
    const suspects = createSuspects();
    suspects.failed(4, [liar, honest]);
    suspects.good(4);
    expect(suspects.convict(liar)).toEqual([]);
  });
});
