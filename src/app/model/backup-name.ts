import type { BackupSummary } from '../../shared/ports/payments.ts';

/** File name of a backup: whose it is, and when it was made. */
export const backupName = ({ identity, madeAt }: BackupSummary): string =>
  `rivulet-${identity.slice(0, 8)}-${new Date(madeAt).toISOString().slice(0, 10)}.backup`;
