/**
 * One engine, wallet and ledger writer per profile: the page that holds the Web Lock is the node,
 * other pages of the profile wait in line and take over when it goes.
 */
export interface Lease {
  /** Gives the profile to the next page in line. */
  release(): void;
}

/**
 * Resolves with the lease once this page holds it. `onWait` is called first when another page
 * holds it now.
 */
export const takeLease = async (
  profile: string,
  locks: LockManager,
  onWait: () => void,
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
  onWait();
  const later = await hold({});
  if (later === null) throw new Error('A lock that was waited for is never null.');
  return later;
};
