/** The last `capacity` measurements, of which percentiles are asked now and then. */
export const createSamples = (capacity: number) => {
  const ring = new Float32Array(capacity);
  let count = 0;
  return {
    add(value: number): void {
      ring[count % capacity] = value;
      count += 1;
    },
    /** Values below which these shares (0 to 1) of the samples lie; 0 while there are none. */
    percentiles(shares: readonly number[]): number[] {
      const sorted = ring.slice(0, Math.min(count, capacity)).sort();
      return shares.map((share) => {
        const at = Math.min(sorted.length - 1, Math.floor(share * sorted.length));
        return sorted[at] ?? 0;
      });
    },
  };
};
