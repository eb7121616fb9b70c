/** The workers of a node. They load their code at once and open nothing until they are told to. */
export interface Threads {
  readonly money: Worker;
  readonly store: Worker;
  end(): void;
}

export const openThreads = (profile: string): Threads => {
  const money = new Worker(new URL('./payments/worker.ts', import.meta.url), {
    type: 'module',
    name: `payments ${profile}`,
  });
  const store = new Worker(new URL('./store/worker.ts', import.meta.url), {
    type: 'module',
    name: `store ${profile}`,
  });
  return {
    money,
    store,
    end() {
      money.terminate();
      store.terminate();
    },
  };
};
