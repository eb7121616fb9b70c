/**
 * One engine, wallet and ledger writer per profile: the page that holds the Web Lock is the node,
 * other pages of the profile wait in line and take over when it goes.
 */
export interface Lease {
  /** Gives the profile to the next page in line. */
  release(): void;
}

/** What a page does while it waits in line. */
export interface Waiting {
  /** Another page holds the profile now. */
  onWait(): void;
  /** Resolves when another page asks for the profile: this one lets it go ahead. */
  asked?(): Promise<void>;
}

/** Resolves with the lease once this page holds it. */
export const takeLease = async (
  profile: string,
  locks: Pick<LockManager, 'request'>,
  page: Waiting,
): Promise<Lease> => {
  const name = `rivulet-node:${profile}`;
  const hold = (options: LockOptions): Promise<Lease | null> =>
    new Promise((resolve, reject) => {
      locks
        .request(name, options, (lock) => {
          if (lock === null) {
            resolve(null);
            return undefined;
          }
          return new Promise<void>((release) => {
            resolve({ release });
          });
        })
        .catch(reject);
    });
  const now = await hold({ ifAvailable: true });
  if (now !== null) return now;
  page.onWait();
  for (;;) {
    // A line of Web Locks cannot be jumped: who is not the one that asked goes to its end.
    const place = new AbortController();
    void page.asked?.().then(() => place.abort());
    try {
      const later = await hold({ signal: place.signal });
      if (later === null) throw new Error('A lock that was waited for is never null.');
      return later;
    } catch (error) {
      if (!place.signal.aborted) throw error;
    }
  }
};
