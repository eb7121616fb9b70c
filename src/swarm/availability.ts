import type { LibTelling } from './lib-events.ts';
import type { LibTorrent } from './library.ts';
import type { Ticker } from './ticker.ts';

/** Answers a function that has listeners which came since then called once a tick. */
const gathering = <Event extends string>(emitter: LibTelling<Event>, event: Event) => {
  const before = new Set(emitter.listeners(event));
  return (ticker: Ticker): void => {
    const added = emitter.listeners(event).filter((listener) => !before.has(listener));
    for (const listener of added) emitter.removeListener(event, listener);
    emitter.on(
      event,
      ticker(() => {
        for (const listener of added) listener();
      }),
    );
  };
};

/**
 * What a peer has changes with each `have` (BEP-3) and `donthave` (BEP-54): a few bytes, for which the
 * library walks over all pieces of the torrent, twice. It does so once a tick instead, however many
 * came: a peer that tells of 100,000 pieces at once must not keep the page busy for a minute.
 */
export const gatherAvailability = (
  torrent: Pick<LibTorrent, '_onWireWithMetadata'>,
  ticker: Ticker,
): void => {
  const listen = torrent._onWireWithMetadata.bind(torrent);
  torrent._onWireWithMetadata = (wire) => {
    const { lt_donthave: donthave } = wire;
    const gathers = [
      gathering<'have'>(wire, 'have'),
      ...(donthave === undefined ? [] : [gathering(donthave, 'donthave')]),
    ];
    listen(wire);
    for (const gather of gathers) {
      gather((task) =>
        ticker(() => {
          if (!wire.destroyed) task();
        }),
      );
    }
  };
};
