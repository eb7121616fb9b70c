import type { FileRef, Stretch } from '../shared/ports/range-port.ts';
import { done, type Result } from '../shared/result.ts';
import type { InfoHash } from '../shared/units.ts';

type Ensure = (
  infoHash: InfoHash,
  stretch: Stretch,
  signal: AbortSignal,
) => Promise<Result<number>>;

/**
 * Keeps one place in the swarm for each reader of the service worker: a reader that asks further on
 * moves its place, a reader that is released gives it up, so that nothing is fetched for nobody.
 */
export const createReaderPlaces = (ensure: Ensure) => {
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
      signal.addEventListener('abort', onAbort, { once: true });
      const held = ensure(infoHash, stretch, place.signal);
      // After the new place is taken: in between, the swarm must not think that nobody reads.
      before?.abort();
      const result = await held;
      signal.removeEventListener('abort', onAbort);
      return result.ok ? done : result;
    },
  };
};
