import type { NodeHost, NodePhase } from '../../shared/ports/node.ts';
import type { AppDeps } from './deps.ts';
import { NodeState } from './node.svelte.ts';

/** Life of the node and of the page around it: phase, waiting update, connection. */
export class HostState {
  phase = $state.raw<NodePhase>({ phase: 'starting' });
  /** Set while a node is ready. */
  node = $state.raw<NodeState | null>(null);
  /** Reloads into a waiting newer version. */
  update = $state.raw<(() => void) | null>(null);
  online = $state(true);

  constructor(host: NodeHost, deps: AppDeps) {
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
}
