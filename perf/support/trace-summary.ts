import type { Table } from './table.ts';

/** The part of a Chrome trace that tells where processor time went. */
export interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly id?: string;
  readonly args?: {
    readonly name?: string;
    readonly data?: {
      readonly cpuProfile?: {
        readonly nodes?: readonly ProfileNode[];
        readonly samples?: readonly number[];
      };
      readonly timeDeltas?: readonly number[];
    };
  };
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url?: string };
}

interface Thread {
  readonly name: string;
  readonly selfMs: Map<string, number>;
  totalMs: number;
}

const ROWS = 15;
/** What the profiler calls time in which nothing ran. */
const IDLE = '(idle)';

const nameOf = ({ functionName, url = '' }: ProfileNode['callFrame']): string => {
  const file = url.split('/').at(-1)?.split('?')[0] ?? '';
  const name = functionName === '' ? '(anonymous)' : functionName;
  return file === '' ? name : `${name} ${file}`;
};

/** Own time of each function, thread by thread: the busiest functions of every thread that did anything. */
export const summariseTrace = (label: string, events: readonly TraceEvent[]): Table[] => {
  const threadNames = new Map<string, string>();
  const profiled = new Map<string, string>();
  for (const { name, ph, pid, tid, id, args } of events) {
    if (ph === 'M' && name === 'thread_name') threadNames.set(`${pid}/${tid}`, args?.name ?? '');
    // The profile begins on the thread it is about; its chunks come from another one.
    if (name === 'Profile' && id !== undefined) profiled.set(`${pid}/${id}`, `${pid}/${tid}`);
  }
  const functions = new Map<string, Map<number, string>>();
  const threads = new Map<string, Thread>();
  for (const { name, pid, id, args } of events) {
    const key = `${pid}/${id ?? ''}`;
    const thread = profiled.get(key);
    const data = args?.data;
    if (name !== 'ProfileChunk' || thread === undefined || data === undefined) continue;
    const known = functions.get(key) ?? new Map<number, string>();
    functions.set(key, known);
    for (const node of data.cpuProfile?.nodes ?? []) known.set(node.id, nameOf(node.callFrame));
    const spent = threads.get(thread) ?? {
      name: threadNames.get(thread) ?? thread,
      selfMs: new Map<string, number>(),
      totalMs: 0,
    };
    threads.set(thread, spent);
    (data.cpuProfile?.samples ?? []).forEach((sample, at) => {
      const ms = (data.timeDeltas?.[at] ?? 0) / 1_000;
      const called = known.get(sample) ?? '(unknown)';
      spent.selfMs.set(called, (spent.selfMs.get(called) ?? 0) + ms);
      spent.totalMs += ms;
    });
  }
  return [...threads.values()]
    .map((thread) => ({ thread, busy: thread.totalMs - (thread.selfMs.get(IDLE) ?? 0) }))
    .filter(({ busy }) => busy > 10)
    .sort((a, b) => b.busy - a.busy)
    .map(({ thread, busy }) => ({
      title: `${label}: ${thread.name}, busy ${busy.toFixed(0)} of ${thread.totalMs.toFixed(0)} ms`,
      head: ['function', 'own ms', 'share of busy'],
      rows: [...thread.selfMs]
        .filter(([name]) => name !== IDLE)
        .sort(([, a], [, b]) => b - a)
        .slice(0, ROWS)
        .map(([name, ms]) => [name, ms.toFixed(0), `${((100 * ms) / busy).toFixed(1)} %`]),
    }));
};
