/** Who may ask: pages of this origin. A navigation has no client; its referrer says where from. */

export interface Asker {
  /** Null for a navigation, and for a client that is gone. */
  readonly clientUrl: string | null;
  readonly navigation: boolean;
  /** As the request carries it; '' when there is none. */
  readonly referrer: string;
}

const originOf = (url: string): string | null => {
  try {
    return new URL(url).origin;
  } catch {
    return null;
  }
};

/**
 * URL of the page of ours that asks, or null. A link on a foreign page could otherwise make this
 * browser join a swarm and pay: a navigation counts only when a page of ours led to it.
 */
export const ownPage = (origin: string, asker: Asker): URL | null => {
  const from = asker.navigation ? asker.referrer : asker.clientUrl;
  return from !== null && originOf(from) === origin ? new URL(from) : null;
};
