import { describe, expect, it } from 'vitest';
import { wireId } from '../shared/units.ts';
import { createBans, createBlame } from './blame.ts';
import { SOLE_SOURCE_MS } from './limits.ts';
import { createSources } from './sources.ts';

const [ann, bob, eve] = [wireId(1), wireId(2), wireId(3)];
const good = (number: number) => Uint8Array.of(number, 1);
const bad = (number: number) => Uint8Array.of(number, 2);
const piece = (...blocks: readonly (readonly [number, typeof ann, Uint8Array])[]) =>
  new Map(blocks.map(([number, wire, data]) => [number, { wire, data }]));

describe('blame', () => {
  it('convicts the only source at once', () => {
    const blame = createBlame(() => 0);
    expect(blame.failed(4, piece([0, eve, bad(0)], [1, eve, good(1)]))).toEqual([eve]);
  });

  it('convicts nobody of a mixed piece until the good one shows who lied', () => {
    const blame = createBlame(() => 0);
    const mixed = piece([0, ann, good(0)], [1, eve, bad(1)], [2, bob, good(2)]);
    expect(blame.failed(4, mixed)).toEqual([]);
    const whole = piece([0, bob, good(0)], [1, bob, good(1)], [2, bob, good(2)]);
    expect(blame.verified(4, whole)).toEqual([eve]);
    expect(blame.verified(4, whole)).toEqual([]);
  });

  it('lets one peer alone fetch a suspect piece, and another when it is slow or gone', () => {
    let now = 0;
    const blame = createBlame(() => now);
    blame.failed(4, piece([0, ann, good(0)], [1, eve, bad(1)]));
    expect([blame.mayRequest(4, ann), blame.mayRequest(4, eve)]).toEqual([true, false]);
    expect(blame.mayRequest(5, eve)).toBe(true);
    blame.released(ann);
    expect([blame.mayRequest(4, eve), blame.mayRequest(4, ann)]).toEqual([true, false]);
    now = SOLE_SOURCE_MS + 1;
    expect(blame.mayRequest(4, bob)).toBe(true);
  });
});

describe('sources', () => {
  it('keep the first copy of a block, and start anew when a piece is replaced', () => {
    const sources = createSources();
    const [one, two] = [{}, {}];
    sources.supplied(one, 3, 0, ann, good(0));
    sources.supplied(one, 3, 0, bob, good(0));
    sources.supplied(one, 3, 16_384, bob, good(1));
    expect(sources.failed(() => one)).toEqual([]);
    const [failed] = sources.failed(() => two);
    expect([...(failed?.blocks.values() ?? [])].map(({ wire }) => wire)).toEqual([ann, bob]);
    sources.supplied(two, 3, 0, eve, good(0));
    expect(sources.verified(3)?.get(0)?.wire).toBe(eve);
    expect(sources.verified(3)).toBeNull();
  });

  it('take a piece without object for one that is verified, not failed', () => {
    const sources = createSources();
    sources.supplied({}, 3, 0, ann, good(0));
    expect(sources.failed(() => null)).toEqual([]);
    expect(sources.verified(3)?.size).toBe(1);
  });
});

describe('bans', () => {
  it('hold for the peer, and for an address that brought several', () => {
    const bans = createBans(2);
    bans.ban('aa', '10.0.0.1');
    expect(bans.has('aa', undefined)).toBe(true);
    expect(bans.has('bb', '10.0.0.1')).toBe(false);
    bans.ban('cc', '10.0.0.1');
    expect(bans.has('bb', '10.0.0.1')).toBe(true);
    expect(bans.has(null, undefined)).toBe(false);
  });
});
