import type { Clock } from '../../shared/clock.ts';
import type { Network } from '../../shared/config.ts';
import type { Ledger } from '../../shared/ports/ledger.ts';
import type { BackupSummary } from '../../shared/ports/payments.ts';
import { fail, failureOf, ok, type Result } from '../../shared/result.ts';
import { loadSettings } from '../settings.ts';
import type { NodeKeys, PaymentsWallet } from '../wallet/port.ts';
import { writeWalletRows } from '../wallet/rows.ts';
import type { KeySeal } from '../wallet/seal.ts';
import { decodeContent, encodeContent, summaryOf, type BackupContent } from './content.ts';
import type { Envelope } from './envelope.ts';
import type { BackupLog } from './log.ts';
import { isUnused, PENDING } from './take-over.ts';

export interface BackupParts {
  readonly ledger: Ledger;
  readonly wallet: Pick<PaymentsWallet, 'rows'>;
  readonly keys: NodeKeys;
  readonly seal: KeySeal;
  readonly envelope: Envelope;
  readonly log: BackupLog;
  readonly network: Network;
  readonly profile: string;
  readonly clock: Clock;
  readonly indexedDB: IDBFactory;
}

/** A backup file of this profile, and the way back. */
export interface Backups {
  /** Encrypts everything under `passphrase`. @returns `bad-input` when that is too short. */
  make(passphrase: string): Promise<Result<{ file: Uint8Array; summary: BackupSummary }>>;
  /** Opens a file and says what it holds; changes nothing but the note that the last backup is good. */
  inspect(file: Uint8Array, passphrase: string): Promise<Result<BackupSummary>>;
  /**
   * Accepts a file: the next start of this profile takes it over. Only where nothing can be lost.
   * @returns `busy` when this profile was used, `bad-input` or `wallet-locked` for the file.
   */
  restore(file: Uint8Array, passphrase: string): Promise<Result<BackupSummary>>;
}

export const createBackups = (parts: BackupParts): Backups => {
  const { ledger, wallet, keys, seal, envelope, log, network, profile, clock } = parts;

  const open = async (file: Uint8Array, passphrase: string): Promise<Result<BackupContent>> => {
    const opened = await envelope.open(passphrase, file);
    if (!opened.ok) return opened;
    const content = await decodeContent(opened.value);
    if (!content.ok || content.value.network === network) return content;
    return fail(
      'unsupported',
      `This backup is of the network “${content.value.network}”, this app runs on “${network}”.`,
    );
  };

  /** Whether this profile may be given up for another. */
  const vacant = async (): Promise<Result<void>> => {
    const held = await wallet.rows();
    if (!held.ok) return held;
    const used = (held.value.rows.stores['transactions'] ?? []).length > 0;
    if (!used && (await isUnused(ledger))) return ok(undefined);
    return fail(
      'busy',
      `This profile has been used and holds ${held.value.available} satoshi. ` +
        'Nothing was changed; restore the backup in a new profile.',
    );
  };

  /** Lets the toolbox work on the rows beside the real wallet. */
  const tryOut = async ({ wallet: rows, identity, available }: BackupContent): Promise<void> => {
    const name = `rivulet-restore-${profile}`;
    try {
      const found = await writeWalletRows({ name, network, identity, rows });
      if (found !== available) throw new Error('The wallet in the backup is not complete.');
    } finally {
      parts.indexedDB.deleteDatabase(name);
    }
  };

  return {
    async make(passphrase) {
      try {
        // The wallet first: a channel that is opened meanwhile is then known to the ledger's part.
        const held = await wallet.rows();
        if (!held.ok) return held;
        const content: BackupContent = {
          network,
          identity: keys.identity,
          madeAt: clock.now(),
          rootKey: Uint8Array.from(keys.rootKey.toArray('be', 32)),
          available: held.value.available,
          wallet: held.value.rows,
          ledger: await ledger.copy(),
          settings: { ...(await loadSettings(ledger)) },
        };
        const file = await envelope.seal(passphrase, await encodeContent(content));
        if (!file.ok) return file;
        await log.made(content.madeAt);
        return ok({ file: file.value, summary: summaryOf(content) });
      } catch (error) {
        return { ok: false, error: failureOf(error, 'storage') };
      }
    },

    async inspect(file, passphrase) {
      const content = await open(file, passphrase);
      if (!content.ok) return content;
      if (content.value.identity === keys.identity) await log.checked(content.value.madeAt);
      return ok(summaryOf(content.value));
    },

    async restore(file, passphrase) {
      const content = await open(file, passphrase);
      if (!content.ok) return content;
      const free = await vacant();
      if (!free.ok) return free;
      try {
        await tryOut(content.value);
        const sealed = await seal.close(await encodeContent(content.value));
        if (!sealed.ok) return sealed;
        const noted = await ledger.putSetting(PENDING, sealed.value);
        return noted.ok ? ok(summaryOf(content.value)) : noted;
      } catch (error) {
        return { ok: false, error: failureOf(error, 'bad-input') };
      }
    },
  };
};
