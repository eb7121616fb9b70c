import type { NodeHost, NodePhase } from '../../shared/ports/node.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { AppDeps } from './deps.ts';
import { createLook, type Look } from './look.ts';
import { NodeState } from './node.svelte.ts';

/** Life of the node and of the page around it: phase, waiting update, connection. */
export class HostState {
  phase = $state.raw<NodePhase>({ phase: 'starting' });
  /** Set while a node is ready. */
  node = $state.raw<NodeState | null>(null);
  /** Reloads into a waiting newer version. */
  update = $state.raw<(() => void) | null>(null);
  online = $state(true);
  /** How Home looked last, to draw it so before there is a node. */
  readonly look: Look;
  #waiting: ((node: Result<NodeState>) => void)[] = [];

  constructor(host: NodeHost, deps: AppDeps) {
    this.look = createLook(deps.drawer);
    const follow = (): void => {
      const phase = host.current();
      if (phase.phase === 'ready') {
        if (this.node?.port !== phase.node) {
          this.node?.dispose();
          this.node = new NodeState(phase.node, deps);
        }
      } else {
        this.node?.dispose();
        this.node = null;
      }
      this.phase = phase;
      if (this.node !== null) this.#answer(ok(this.node));
      else if (phase.phase === 'failed') this.#answer(fail('not-ready', phase.message));
    };
    follow();
    host.subscribe(follow);
    host.onUpdate((apply) => {
      this.update = apply;
    });
    const { page } = deps;
    this.online = page.navigator.onLine;
    const connection = (): void => {
      this.online = page.navigator.onLine;
    };
    page.addEventListener('online', connection);
    page.addEventListener('offline', connection);
  }

  /**
   * The node, for what a person asks of it before it runs: resolves when it does, after another tab
   * has handed it over where one runs it now. @returns `not-ready` when it cannot start.
   */
  ready(): Promise<Result<NodeState>> {
    const { node, phase } = this;
    if (node !== null) return Promise.resolve(ok(node));
    if (phase.phase === 'failed') return Promise.resolve(fail('not-ready', phase.message));
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #answer(node: Result<NodeState>): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve(node);
  }
}
