/** Blocks of one account that were reported and are not paid yet, oldest first: when each was reported. */
export interface Backlog {
  /** Blocks that wait. */
  readonly waiting: number;
  /** Blocks that were ever reported. */
  readonly reported: number;
  add(at: number): void;
  /** So many blocks are paid in all: hands the report time of each newly paid one to `each`. */
  paid(blocks: number, each: (reportedAt: number) => void): void;
}

export const createBacklog = (): Backlog => {
  let times = new Float64Array(1_024);
  let reported = 0;
  let paid = 0;
  return {
    get waiting() {
      return reported - paid;
    },
    get reported() {
      return reported;
    },
    add(at) {
      if (reported - paid === times.length) {
        const larger = new Float64Array(2 * times.length);
        for (let block = paid; block < reported; block += 1) {
          larger[block % larger.length] = times[block % times.length] ?? 0;
        }
        times = larger;
      }
      times[reported % times.length] = at;
      reported += 1;
    },
    paid(blocks, each) {
      if (blocks > reported) throw new RangeError('More is paid than was ever reported.');
      for (; paid < blocks; paid += 1) each(times[paid % times.length] ?? 0);
    },
  };
};
