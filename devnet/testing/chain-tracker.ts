import type { ChainTracker } from '@bsv/sdk';

/** Judges merkle roots by the headers that a look-up service gives, as a light wallet would. */
export const headerTracker = (chainUrl: string): ChainTracker => {
  const get = async (path: string): Promise<Record<string, unknown> | undefined> => {
    const response = await fetch(`${chainUrl}/${path}`);
    if (response.status === 404) return undefined;
    return (await response.json()) as Record<string, unknown>;
  };
  return {
    isValidRootForHeight: async (root, height) =>
      (await get(`block/${height}/header`))?.['merkleroot'] === root,
    currentHeight: async () => Number((await get('chain/info'))?.['blocks']),
  };
};
