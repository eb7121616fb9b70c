import { beforeEach, describe, expect, it } from 'vitest';
import { wireId } from '../shared/units.ts';
import { MAX_SPARE } from './limits.ts';
import { createSpareBlocks, type Spare, type SpareBlocks } from './spare.ts';

const piece = {};
const place = (index: number, offset = 0, length = 4) => ({ piece, index, offset, length });
const anyone = (): boolean => true;

let log: string[];
let spares: SpareBlocks;
beforeEach(() => {
  log = [];
  spares = createSpareBlocks();
});

const keep = (at: ReturnType<typeof place>, name: string, of: object = piece): void => {
  const spare: Spare = {
    place: { ...at, piece: of },
    wire: wireId(7),
    data: new Uint8Array(at.length),
    onUsed: () => log.push(`${name} used`),
    onWasted: () => log.push(`${name} wasted`),
  };
  spares.keep(spare);
};

describe('blocks that came too late', () => {
  it('answer one request for the very same block', () => {
    keep(place(3, 16), 'a');
    expect(spares.take(place(3, 0), anyone)).toBeNull();
    expect(spares.take(place(3, 16, 5), anyone)).toBeNull();
    expect(spares.take(place(3, 16), anyone)?.data.length).toBe(4);
    expect(spares.take(place(3, 16), anyone)).toBeNull();
    expect(log).toEqual(['a used']);
  });

  it('are of no use for a piece that was begun anew, nor from a peer that may not be used', () => {
    keep(place(1), 'old', {});
    keep(place(2), 'suspect');
    expect(spares.take(place(1), anyone)).toBeNull();
    expect(spares.take(place(2), (wire) => wire !== wireId(7))).toBeNull();
    expect(log).toEqual(['old wasted', 'suspect wasted']);
  });

  it('are wasted once their piece is whole, and when they came twice', () => {
    keep(place(1, 0), 'a');
    keep(place(1, 0), 'b');
    keep(place(11, 0), 'c');
    spares.drop(1);
    expect(log).toEqual(['a wasted', 'b wasted']);
  });

  it('take no more memory than their bound, the newest staying', () => {
    const half = MAX_SPARE / 2;
    keep(place(1, 0, half), 'a');
    keep(place(2, 0, half), 'b');
    expect(log).toEqual([]);
    keep(place(3, 0, half), 'c');
    expect(log).toEqual(['a wasted']);
    expect(spares.take(place(3, 0, half), anyone)).not.toBeNull();
  });
});
