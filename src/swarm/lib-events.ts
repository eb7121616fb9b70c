/** What the events of WebTorrent and of bittorrent-protocol have in common. */
export interface Emitter<Events extends object> {
  on<K extends keyof Events>(event: K, listener: (...args: EventArgs<Events, K>) => void): unknown;
  once<K extends keyof Events>(
    event: K,
    listener: (...args: EventArgs<Events, K>) => void,
  ): unknown;
  emit<K extends keyof Events>(event: K, ...args: EventArgs<Events, K>): unknown;
}
type EventArgs<Events, K extends keyof Events> = Events[K] extends readonly unknown[]
  ? Events[K]
  : never;

/** An event whose listeners are replaced: they are called without what it tells. */
export interface LibTelling<Event extends string> {
  on(event: Event, listener: () => void): unknown;
  listeners(event: Event): readonly (() => void)[];
  removeListener(event: Event, listener: () => void): unknown;
}
