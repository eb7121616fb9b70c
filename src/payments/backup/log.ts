import type { ChannelRecord, Ledger } from '../../shared/ports/ledger.ts';
import type { BackupView } from '../../shared/ports/payments.ts';

/** Where the ledger's settings keep when the last backup was made. */
export const BACKUP_LOG = 'backup';

interface Entry {
  readonly madeAt: number;
  /** Whether the saved file was opened again. */
  readonly checked: boolean;
}

const isEntry = (value: unknown): value is Entry =>
  typeof value === 'object' &&
  value !== null &&
  Number.isSafeInteger((value as Partial<Entry>).madeAt) &&
  typeof (value as Partial<Entry>).checked === 'boolean';

/**
 * Whether money hangs on this channel that an older backup does not lead to: its own, and as payer the
 * change of the transaction that funded it, which outlives it.
 */
const holdsMoney = ({ role, status, fundingTxid }: ChannelRecord): boolean =>
  status === 'opening' ||
  status === 'open' ||
  status === 'closing' ||
  (role === 'payer' && fundingTxid !== null);

/** When the last backup was made, and what it does not know. */
export interface BackupLog {
  view(channels: readonly ChannelRecord[]): BackupView;
  made(madeAt: number): Promise<void>;
  /** The file of that moment was opened again; older ones do not count. */
  checked(madeAt: number): Promise<void>;
}

export const openBackupLog = async (
  ledger: Pick<Ledger, 'setting' | 'putSetting'>,
): Promise<BackupLog> => {
  const stored = await ledger.setting<unknown>(BACKUP_LOG);
  let last = isEntry(stored) ? stored : null;
  const store = async (entry: Entry): Promise<void> => {
    last = entry;
    await ledger.putSetting(BACKUP_LOG, entry);
  };
  return {
    view: (channels) => ({
      madeAt: last?.madeAt ?? null,
      checked: last?.checked ?? false,
      channelsSince: channels.filter(
        (one) => holdsMoney(one) && one.openedAt > (last?.madeAt ?? -1),
      ).length,
    }),
    made: (madeAt) => store({ madeAt, checked: false }),
    checked: async (madeAt) => {
      if (last?.madeAt === madeAt) await store({ madeAt, checked: true });
    },
  };
};
