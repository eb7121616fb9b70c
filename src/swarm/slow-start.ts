import type { Clock } from '../shared/clock.ts';
import type { LibTorrent, LibWire } from './library.ts';
import { FIRST_SECOND_MS, FIRST_SPEED } from './limits.ts';

/**
 * The library lets two requests out at first, and then as many more as blocks have come: it doubles with each
 * round trip, and a piece of 256 KiB takes five of them. Makes it take a peer for one that sends its share of
 * {@link FIRST_SPEED} until it is measured. No more: what lies with many slow peers would be asked for again
 * elsewhere, and be bought twice. Returns the measured speed, bytes/s.
 */
export const shortenSlowStart = (
  wire: LibWire,
  { wires }: Pick<LibTorrent, 'wires'>,
  clock: Clock,
): (() => number) => {
  const measure = wire.downloadSpeed.bind(wire);
  const request = wire.request.bind(wire);
  let begunAt: number | null = null;

  wire.request = (...args) => {
    begunAt ??= clock.now();
    request(...args);
  };
  wire.downloadSpeed = (bytes) => {
    const measured = measure(bytes);
    const isStarting = begunAt === null || clock.now() - begunAt < FIRST_SECOND_MS;
    return isStarting ? Math.max(measured, FIRST_SPEED / Math.max(1, wires.length)) : measured;
  };
  return () => measure();
};
