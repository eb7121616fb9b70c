import type { FileRef, Stretch } from '../shared/ports/range-port.ts';
import { done, fail, type Result } from '../shared/result.ts';
import type { InfoHash } from '../shared/units.ts';

type Ensure = (
  infoHash: InfoHash,
  stretch: Stretch,
  signal: AbortSignal,
) => Promise<Result<number>>;

/**
 * Keeps one place in the swarm for each reader of the service worker: a reader that asks further on
 * moves its place, a reader that is released gives it up, so that nothing is fetched for nobody.
 *
 * `ensure` takes the new place before it returns: a place that was given up first would make a reader
 * that goes on look like a seek. So `returned`, which waits for a title of the last session, comes before.
 */
export const createReaderPlaces = (
  ensure: Ensure,
  returned: (infoHash: InfoHash) => Promise<void>,
) => {
  const places = new Map<number, AbortController>();

  const release = (reader: number): void => {
    places.get(reader)?.abort();
    places.delete(reader);
  };

  return {
    release,
    async ensure(
      { infoHash, ...stretch }: FileRef & Stretch,
      signal: AbortSignal,
    ): Promise<Result<void>> {
      const before = places.get(stretch.reader);
      const place = new AbortController();
      places.set(stretch.reader, place);
      const onAbort = (): void => place.abort();
      if (signal.aborted) onAbort();
      signal.addEventListener('abort', onAbort, { once: true });
      await returned(infoHash);
      // Whoever left meanwhile needs no place any more.
      const held = place.signal.aborted
        ? fail('aborted', 'Cancelled.')
        : ensure(infoHash, stretch, place.signal);
      // After the new place is taken: in between, the swarm must not think that nobody reads.
      before?.abort();
      const result = await held;
      signal.removeEventListener('abort', onAbort);
      return result.ok ? done : result;
    },
  };
};
