import type { Payments } from '../../shared/ports/node.ts';
import type { BackupSummary } from '../../shared/ports/payments.ts';
import { fail, type Result } from '../../shared/result.ts';
import { Action } from './action.svelte.ts';

/** Nothing that large is a backup, and it would only fill the memory. */
const MAX_FILE = 64 * 1024 * 1024;

type Reading = 'inspectBackup' | 'restoreBackup';

/** Making, checking and taking over a backup file. */
export class BackupActions {
  /** `save` gets the file as soon as there is one. */
  readonly make: Action<[passphrase: string], { file: Uint8Array; summary: BackupSummary }>;
  /** Says what a file holds. */
  readonly look: Action<[file: File, passphrase: string], BackupSummary>;
  readonly restore: Action<[file: File, passphrase: string], BackupSummary>;

  constructor(payments: Payments, save: (file: Uint8Array, summary: BackupSummary) => void) {
    const read =
      (call: Reading) =>
      async (file: File, passphrase: string): Promise<Result<BackupSummary>> => {
        if (file.size > MAX_FILE) return fail('bad-input', 'This file is too large for a backup.');
        const bytes = new Uint8Array(await file.arrayBuffer());
        return payments.call(call, { file: bytes, passphrase }, { transfer: [bytes.buffer] });
      };
    this.make = new Action(async (passphrase: string) => {
      const made = await payments.call('backup', { passphrase });
      if (made.ok) save(made.value.file, made.value.summary);
      return made;
    });
    this.look = new Action(read('inspectBackup'));
    this.restore = new Action(read('restoreBackup'));
  }
}
