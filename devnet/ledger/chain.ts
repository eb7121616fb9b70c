import type { Block } from './block.ts';
import { MEDIAN_SPAN } from './policy.ts';

/** The best chain: a list of blocks with an index. */
export interface Chain {
  /** Height of the newest block; −1 before the first. */
  height(): number;
  tip(): Block | undefined;
  at(height: number): Block | undefined;
  find(hash: string): Block | undefined;
  /** Median time of the eleven blocks that end at `height` (default: the tip), in seconds. */
  medianTime(height?: number): number;
  push(block: Block): void;
  pop(): Block | undefined;
}

/** A chain without blocks. */
export const createChain = (): Chain => {
  const blocks: Block[] = [];
  const byHash = new Map<string, Block>();
  return {
    height: () => blocks.length - 1,
    tip: () => blocks.at(-1),
    at: (height) => blocks[height],
    find: (hash) => byHash.get(hash),
    medianTime: (height = blocks.length - 1) => {
      const times = blocks
        .slice(Math.max(0, height + 1 - MEDIAN_SPAN), height + 1)
        .map(({ time }) => time)
        .sort((a, b) => a - b);
      return times[Math.floor(times.length / 2)] ?? 0;
    },
    push: (block) => {
      blocks.push(block);
      byHash.set(block.hash, block);
    },
    pop: () => {
      const block = blocks.pop();
      if (block !== undefined) byHash.delete(block.hash);
      return block;
    },
  };
};
