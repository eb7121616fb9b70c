import { cpus, freemem, loadavg } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** What the machine was like while a phase ran. A figure measured on a busy machine says little. */
export interface PhaseHealth {
  readonly phase: string;
  readonly seconds: number;
  /** Share of all processors that was busy, with anything, 0 to 1. */
  readonly busy: number;
  readonly load: number;
  readonly freeMemoryMB: number;
  /** Longest time that the driver itself could not run: its timers are as coarse as that. */
  readonly driverLagMs: number;
}

export interface Health {
  /** Runs `work` and writes down what the machine was like meanwhile. */
  during<T>(phase: string, work: () => Promise<T>): Promise<T>;
  readonly phases: readonly PhaseHealth[];
}

const totals = (): { busy: number; all: number } => {
  let busy = 0;
  let all = 0;
  for (const { times } of cpus()) {
    const spent = times.user + times.nice + times.sys + times.irq;
    busy += spent;
    all += spent + times.idle;
  }
  return { busy, all };
};

export const createHealth = (): Health => {
  const phases: PhaseHealth[] = [];
  return {
    phases,
    async during(phase, work) {
      const lag = monitorEventLoopDelay({ resolution: 10 });
      lag.enable();
      const before = totals();
      const startedAt = performance.now();
      try {
        return await work();
      } finally {
        const after = totals();
        lag.disable();
        const all = Math.max(1, after.all - before.all);
        phases.push({
          phase,
          seconds: (performance.now() - startedAt) / 1000,
          busy: (after.busy - before.busy) / all,
          load: loadavg()[0] ?? 0,
          freeMemoryMB: freemem() / 1e6,
          driverLagMs: lag.max / 1e6,
        });
      }
    },
  };
};
