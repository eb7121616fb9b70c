import { cpus, freemem, loadavg } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createPageLog, type PageHealth } from './page-log.ts';
import { liveBrowsers, lookAt } from './roster.ts';

/** What the machine and every page were like while a phase ran. */
export interface PhaseHealth {
  readonly phase: string;
  readonly seconds: number;
  /** Share of all processors that was busy, with anything, 0 to 1. */
  readonly busy: number;
  /** Average length of the run queue over the last minute, as the phase began and as it ended. */
  readonly loadBefore: number;
  readonly load: number;
  readonly freeMemoryMB: number;
  /** Longest time that the driver itself could not run: its timers are as coarse as that. */
  readonly driverLagMs: number;
  readonly pages: readonly PageHealth[];
  /** What makes the figures of this phase doubtful; nothing, if it is empty. */
  readonly concerns: readonly string[];
}

export interface Health {
  /** Runs `work` and writes down what machine and pages were like meanwhile. */
  during<T>(phase: string, work: () => Promise<T>): Promise<T>;
  readonly phases: readonly PhaseHealth[];
}

interface Processors {
  readonly busy: number;
  readonly all: number;
}

const processors = (): Processors => {
  let busy = 0;
  let all = 0;
  for (const { times } of cpus()) {
    const spent = times.user + times.nice + times.sys + times.irq;
    busy += spent;
    all += spent + times.idle;
  }
  return { busy, all };
};

const busyShare = (before: Processors): number => {
  const after = processors();
  return (after.busy - before.busy) / Math.max(1, after.all - before.all);
};

/** Share of the processors that others keep busy, seen over a second in which nothing runs here. */
export const foreignLoad = async (): Promise<number> => {
  const before = processors();
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  return busyShare(before);
};

/** With few browsers each second; with many, so that looking stays below a hundredth of the work. */
const everyMs = (browsers: number): number => 1_000 * Math.max(1, Math.ceil(browsers / 6));
/** A page that is busy answers late; nobody waits longer for it. */
const PATIENCE_MS = 2_000;
const LOW_MEMORY_MB = 1_000;
const LONG_LAG_MS = 500;

const soon = (work: Promise<unknown>): Promise<unknown> =>
  Promise.race([work, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS).unref())]);

const concernsOf = (phase: Omit<PhaseHealth, 'concerns'>): string[] => [
  ...(phase.freeMemoryMB < LOW_MEMORY_MB ? ['memory was scarce'] : []),
  ...(phase.driverLagMs > LONG_LAG_MS ? ['the driver was held up'] : []),
  ...phase.pages
    .filter(({ errors }) => errors > 0)
    .map(({ name, errors }) => `${name}: ${errors} errors`),
];

/** @param changed called when a phase begins and when it has ended */
export const createHealth = (changed: () => void): Health => {
  const phases: PhaseHealth[] = [];

  /** Looks at every open browser, and again now and then until the returned function is called. */
  const watch = async (): Promise<() => Promise<readonly PageHealth[]>> => {
    const log = createPageLog();
    const startedAt = performance.now();
    let under: Promise<unknown> | null = null;
    const look = async (): Promise<void> => {
      const at = (performance.now() - startedAt) / 1_000;
      await Promise.all(
        liveBrowsers().map(async (browser) => {
          // A browser that is being closed or a page that is being left gives nothing.
          const seen = await lookAt(browser).catch(() => null);
          if (seen !== null) log.add(browser, at, seen);
        }),
      );
    };
    const again = (): void => {
      under ??= look().finally(() => {
        under = null;
      });
    };
    // Not while what is measured begins.
    again();
    await soon(under ?? Promise.resolve());
    const timer = setInterval(again, everyMs(liveBrowsers().length));
    return async () => {
      clearInterval(timer);
      await soon((under ?? Promise.resolve()).then(look));
      return log.pages();
    };
  };

  return {
    phases,
    async during(phase, work) {
      changed();
      const pages = await watch();
      const lag = monitorEventLoopDelay({ resolution: 10 });
      lag.enable();
      const before = processors();
      const loadBefore = loadavg()[0] ?? 0;
      const startedAt = performance.now();
      try {
        return await work();
      } finally {
        const seconds = (performance.now() - startedAt) / 1_000;
        lag.disable();
        const about = {
          phase,
          seconds,
          busy: busyShare(before),
          loadBefore,
          load: loadavg()[0] ?? 0,
          freeMemoryMB: freemem() / 1e6,
          driverLagMs: lag.max / 1e6,
          pages: await pages(),
        };
        phases.push({ ...about, concerns: concernsOf(about) });
        changed();
      }
    },
  };
};
