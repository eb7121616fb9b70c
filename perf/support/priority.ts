import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

/** Where the kernel shares processors out by session (autogroups), a session's own priority counts. */
const toAutogroup = (pid: number): boolean => {
  try {
    writeFileSync(`/proc/${pid}/autogroup`, String(constants.priority.PRIORITY_LOW));
    return true;
  } catch {
    return false;
  }
};

/** Children of every process, as the kernel tells them; empty where there is no /proc. */
const childrenByParent = (): ReadonlyMap<number, readonly number[]> => {
  const children = new Map<number, number[]>();
  const names = (() => {
    try {
      return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    } catch {
      return [];
    }
  })();
  for (const name of names) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    } catch {
      // It ended meanwhile.
    }
  }
  return children;
};

/**
 * Lets a browser work only with what others leave of the processors. People in a swarm have a machine
 * each: where all share one, a page that is looked at would mostly wait for the others' work, and its
 * tasks would seem long that take hardly any time of a processor.
 */
export const stepAside = (pid: number): void => {
  toAutogroup(pid);
  const children = childrenByParent();
  const visit = (one: number): void => {
    try {
      setPriority(one, constants.priority.PRIORITY_LOW);
    } catch {
      // It ended meanwhile.
    }
    for (const child of children.get(one) ?? []) visit(child);
  };
  visit(pid);
};
