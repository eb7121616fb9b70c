import { MIB } from '../../shared/units.ts';

/** Far above any link, low enough to stay a whole number of bytes. */
const MAX_MEGABYTES = 100_000;

/** Bytes a second from what was typed in MiB/s: null for no limit, undefined for nonsense. */
export const limitOf = (typed: number | null | undefined): number | null | undefined => {
  if (typed === null || typed === undefined || typed === 0) return null;
  if (!Number.isFinite(typed) || typed < 0 || typed > MAX_MEGABYTES) return undefined;
  return Math.round(typed * MIB);
};

/** What stands in the field for a limit, in MiB/s with three digits after the point. */
export const megabytesOf = (limit: number | null): number | null =>
  limit === null ? null : Math.round((limit / MIB) * 1000) / 1000;
