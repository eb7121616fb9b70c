import { letAsk, type Asked, type Stretch } from './users.ts';

/** Users of the local API; a second to think is what such tests usually allow. */
const THINK_MS = 1_000;

const jsonOf = async (url: string): Promise<Record<string, unknown>> => {
  const response = await fetch(url);
  const body = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(`${response.status} ${JSON.stringify(body)}`);
  return body;
};

export const pingLoad = (stretches: readonly Stretch[]): Promise<readonly Asked[]> =>
  letAsk(stretches, THINK_MS, async () => {
    const { pong } = await jsonOf('/api/ping');
    if (pong !== true) throw new Error('The answer is not a pong.');
    return 'ping';
  });

/** Every other request is for a magnet that nobody asked for yet, as long as there are any. */
export const metadataLoad = (
  stretches: readonly Stretch[],
  magnets: readonly string[],
): Promise<readonly Asked[]> => {
  let next = 0;
  const known: string[] = [];
  return letAsk(stretches, THINK_MS, async (_user, turn) => {
    const cold = (turn % 2 === 0 || known.length === 0) && next < magnets.length;
    const magnet = cold ? magnets[next++] : known[turn % known.length];
    if (magnet === undefined) throw new Error('There is no magnet to ask for.');
    const { files } = await jsonOf(`/api/metadata/${encodeURIComponent(magnet)}`);
    if (!Array.isArray(files) || files.length === 0) throw new Error('The answer has no files.');
    if (cold) known.push(magnet);
    return cold ? 'cold' : 'cached';
  });
};
