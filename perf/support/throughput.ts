/** Bytes a second from a curve of bytes held over time. */

/** Over so long each point is an average: views are told of progress a few times a second. */
const OVER_MS = 1_000;

/** MB/s over the second before each point, from points (ms, bytes) in order; x is in seconds. */
export const throughputOf = (
  curve: readonly (readonly [ms: number, bytes: number])[],
): (readonly [s: number, MBps: number])[] =>
  curve.map(([ms, bytes], at) => {
    let from = at;
    while (from > 0 && ms - (curve[from]?.[0] ?? 0) < OVER_MS) from -= 1;
    const [fromMs, fromBytes] = curve[from] ?? [ms, bytes];
    return [ms / 1e3, ms > fromMs ? (bytes - fromBytes) / 1e3 / (ms - fromMs) : 0] as const;
  });
