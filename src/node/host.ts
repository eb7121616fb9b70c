import type { NodeHost, NodePhase } from '../shared/ports/node.ts';

/** Holds the phase of the node for the user interface, which is drawn before there is a node. */
export interface PhaseHost extends NodeHost {
  set(phase: NodePhase): void;
}

export const createPhaseHost = (onUpdate: NodeHost['onUpdate']): PhaseHost => {
  let phase: NodePhase = { phase: 'starting' };
  const listeners = new Set<() => void>();
  return {
    current: () => phase,
    set(next) {
      phase = next;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onUpdate,
  };
};
