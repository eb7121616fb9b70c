import { spawnSync } from 'node:child_process';

/**
 * Has the system write out what builds, browsers and earlier scenarios left in its buffers: a commit
 * that is to be durable would wait for that as well. Where there is no such command, nothing happens.
 */
export const flushDisk = (): void => {
  spawnSync('sync', { stdio: 'ignore' });
};
