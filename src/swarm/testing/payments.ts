import type { WireEvents, WirePayments, WirePosts } from '../../shared/ports/wire-payments.ts';

/** What was posted, and a way to decide as the payments worker would. */
export interface ScriptedPayments extends Omit<WirePayments, 'noted'> {
  noted: WirePayments['noted'];
  readonly posts: { readonly name: keyof WirePosts; readonly payload: unknown }[];
  of<K extends keyof WirePosts>(name: K): WirePosts[K][];
  emit<K extends keyof WireEvents>(name: K, payload: WireEvents[K]): void;
  /** Called with every post, after it was noted. */
  script: (name: keyof WirePosts, payload: WirePosts[keyof WirePosts]) => void;
}

export const scriptedPayments = (): ScriptedPayments => {
  const posts: { name: keyof WirePosts; payload: unknown }[] = [];
  const listeners = new Map<string, ((payload: never) => void)[]>();
  const payments: ScriptedPayments = {
    posts,
    script: () => undefined,
    hello: (nonce) => Uint8Array.of(1, 3, ...nonce),
    post(name, payload) {
      posts.push({ name, payload });
      payments.script(name, payload);
    },
    noted: () => Promise.resolve(),
    on(name, listener) {
      listeners.set(name, [...(listeners.get(name) ?? []), listener]);
      return () => listeners.delete(name);
    },
    of: (name) => posts.filter((post) => post.name === name).map((post) => post.payload as never),
    emit(name, payload) {
      for (const listener of listeners.get(name) ?? []) listener(payload as never);
    },
  };
  return payments;
};
