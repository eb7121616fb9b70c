/**
 * How a tab that waits in line asks the tab that runs the node of its profile to hand it over. The
 * lease itself is a Web Lock: nobody is pushed off it, so that two tabs never write at once.
 */
export interface Handover {
  /** Asks whichever tab runs the node now. */
  ask(): void;
  /** Resolves when another tab has asked, once for each call. */
  asked(): Promise<void>;
}

/** What is used of a `BroadcastChannel`. */
export interface HandoverChannel {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

const ASK = 'take-over';

/** `channel` reaches every other tab of the same profile, and no other. */
export const createHandover = (channel: HandoverChannel): Handover => {
  const waiting = new Set<() => void>();
  channel.addEventListener('message', ({ data }) => {
    if (data !== ASK) return;
    for (const resolve of waiting) resolve();
    waiting.clear();
  });
  return {
    ask: () => channel.postMessage(ASK),
    asked: () => new Promise((resolve) => waiting.add(resolve)),
  };
};

/** The channel of a profile. */
export const openHandover = (profile: string): Handover =>
  createHandover(new BroadcastChannel(`rivulet-node:${profile}`));
