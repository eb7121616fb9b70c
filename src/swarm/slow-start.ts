import type { Clock } from '../shared/clock.ts';
import type { LibWire } from './library.ts';
import { FIRST_SECOND_MS, FIRST_SPEED } from './limits.ts';

/**
 * The library lets as many requests out as came blocks in the first second, and two more: it doubles with
 * each round trip, and a quarter of a megabyte takes five of them. Makes it take a peer for one of
 * {@link FIRST_SPEED} until it is measured. Returns the measured speed, bytes/s.
 */
export const shortenSlowStart = (wire: LibWire, clock: Clock): (() => number) => {
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
    return isStarting ? Math.max(measured, FIRST_SPEED) : measured;
  };
  return () => measure();
};
