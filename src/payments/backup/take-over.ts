import type { Network } from '../../shared/config.ts';
import type { Ledger } from '../../shared/ports/ledger.ts';
import { fail, failureOf, ok, type Result } from '../../shared/result.ts';
import type { IdentityKey } from '../../shared/units.ts';
import { SETTINGS_KEY } from '../settings.ts';
import { ROOT_KEY, sealRootKey } from '../wallet/keys.ts';
import { readStoredRows, writeWalletRows } from '../wallet/rows.ts';
import type { KeySeal, Sealed } from '../wallet/seal.ts';
import { walletName } from '../wallet/toolbox.ts';
import { decodeContent, type BackupContent } from './content.ts';
import { BACKUP_LOG } from './log.ts';

/** Where the ledger's settings keep a backup that the next start shall take over. */
export const PENDING = 'restore';

interface Place {
  readonly ledger: Ledger;
  readonly seal: KeySeal;
  readonly network: Network;
  readonly profile: string;
}

/** Whether nothing was ever paid, earned or asked for in this ledger. */
export const isUnused = async (ledger: Ledger): Promise<boolean> => {
  const { channels, accounts, outbox, days } = await ledger.copy();
  return channels.length + accounts.length + outbox.length + days.length === 0;
};

/** Whether the wallet's database has no transaction yet, or is what an earlier attempt left. */
const isVacant = async ({ network, profile }: Place, identity: IdentityKey): Promise<boolean> => {
  const { stores } = await readStoredRows({
    name: walletName(network, profile),
    network,
    identity,
  });
  const users = stores['users'] ?? [];
  return (
    stores['transactions']?.length === 0 ||
    users.some(({ identityKey }) => identityKey === identity)
  );
};

const isSealed = (value: unknown): value is Sealed =>
  typeof value === 'object' &&
  value !== null &&
  (value as Partial<Sealed>).nonce instanceof Uint8Array &&
  (value as Partial<Sealed>).sealed instanceof Uint8Array;

const contentOf = async (seal: KeySeal, pending: unknown): Promise<Result<BackupContent>> => {
  if (!isSealed(pending)) return fail('storage', 'The backup that was read in is gone.');
  const opened = await seal.open(pending);
  return opened.ok ? decodeContent(opened.value) : opened;
};

/**
 * Takes over the backup that was accepted in the last session, if there is one: the wallet's database
 * first, then channels, history and root key in one transaction of the ledger, which also ends it. To be
 * called before keys and wallet are opened. Killed anywhere, it begins anew at the next start.
 * @returns whether there was one. `busy` or `bad-input` when it was dropped, with the profile as it was;
 * `storage` or `quota` when it is tried again at the next start.
 */
export const takeOver = async (place: Place): Promise<Result<boolean>> => {
  const { ledger, seal, network, profile } = place;
  const pending = await ledger.setting<unknown>(PENDING);
  if (pending === undefined) return ok(false);
  const drop = async (failed: Result<never>): Promise<Result<never>> => {
    await ledger.putSetting(PENDING, undefined);
    return failed;
  };
  try {
    const content = await contentOf(seal, pending);
    if (!content.ok) return await drop(content);
    const { identity, rootKey, wallet, settings, madeAt } = content.value;
    if (!(await isUnused(ledger)) || !(await isVacant(place, identity))) {
      return await drop(
        fail('busy', 'Money has come into this profile since the backup was read in. Reload.'),
      );
    }
    const key = await sealRootKey(seal, rootKey);
    if (!key.ok) return key;
    const name = walletName(network, profile);
    await writeWalletRows({ name, network, identity, rows: wallet });
    const restored = await ledger.restore(content.value.ledger, [
      [ROOT_KEY, key.value],
      [SETTINGS_KEY, settings],
      [BACKUP_LOG, { madeAt, checked: true }],
      [PENDING, undefined],
    ]);
    return restored.ok ? ok(true) : restored;
  } catch (error) {
    return { ok: false, error: failureOf(error, 'storage') };
  }
};
