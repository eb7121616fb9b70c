import type {
  HealthReport,
  NodeHealth,
  RequestLine,
  TestOutcome,
} from '../../shared/ports/health.ts';

const EVERY_MS = 2_000;
const LINES_SHOWN = 30;

/** How the node does, asked again and again while somebody looks; and the self-test. */
export class HealthState {
  report = $state.raw<HealthReport | null>(null);
  /** Newest first. */
  requests = $state.raw<readonly RequestLine[]>([]);
  slow = $state(0);
  outcomes = $state.raw<readonly TestOutcome[]>([]);
  testing = $state(false);
  tested = $state(false);
  readonly #health: NodeHealth;

  constructor(health: NodeHealth) {
    this.#health = health;
  }

  /** Asks until the returned function is called. */
  follow(page: Window): () => void {
    let stopped = false;
    let timer = 0;
    const ask = async (): Promise<void> => {
      const lines = this.#health.requests();
      this.requests = lines.slice(-LINES_SHOWN).reverse();
      this.slow = lines.filter(({ slow }) => slow).length;
      const report = await this.#health.read();
      if (stopped) return;
      this.report = report;
      timer = page.setTimeout(() => void ask(), EVERY_MS);
    };
    void ask();
    return () => {
      stopped = true;
      page.clearTimeout(timer);
    };
  }

  async test(signal: AbortSignal): Promise<void> {
    if (this.testing) return;
    this.testing = true;
    this.tested = false;
    this.outcomes = [];
    const add = (outcome: TestOutcome): void => {
      this.outcomes = [...this.outcomes, outcome];
    };
    await this.#health.selfTest(add, signal);
    this.testing = false;
    this.tested = !signal.aborted;
  }

  get failed(): number {
    return this.outcomes.filter(({ failure }) => failure !== null).length;
  }
}
