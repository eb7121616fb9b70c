import type { Curve } from '../channel/curve.ts';
import type { Chain } from '../network/port.ts';
import type { Message } from '../protocol/messages.ts';
import type { Clock, RandomBytes } from '../shared/clock.ts';
import type { Network } from '../shared/config.ts';
import type { ChannelRecord, Ledger } from '../shared/ports/ledger.ts';
import type { BackupView, PaymentSettings } from '../shared/ports/payments.ts';
import type { WireEvents } from '../shared/ports/wire-payments.ts';
import type { WireId } from '../shared/units.ts';
import type { Book } from './book.ts';
import type { NodeKeys, PaymentsWallet } from './wallet/port.ts';
import type { Registry } from './wires/registry.ts';

export type Emit = <K extends keyof WireEvents>(name: K, payload: WireEvents[K]) => void;

/** What the engine is given: everything that is not pure, and nothing else. */
export interface EngineParts {
  readonly ledger: Ledger;
  readonly wallet: PaymentsWallet;
  readonly keys: NodeKeys;
  readonly chain: Chain;
  readonly curve: Curve;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly network: Network;
  readonly emit: Emit;
  /** What the last backup knows of these channels. */
  readonly backup: (channels: readonly ChannelRecord[]) => BackupView;
}

/** What every part of the engine works with. */
export interface Context extends EngineParts {
  readonly registry: Registry;
  readonly book: Book;
  readonly settings: () => PaymentSettings;
  readonly send: (wire: WireId, message: Message) => void;
  readonly drop: (wire: WireId, code: string, ban: boolean) => void;
  /** Bans at once, and closes the wire when what was said on it has had time to arrive. */
  readonly dismiss: (wire: WireId, code: string) => void;
  /** A sentence for the wallet view: why buying does not go on; null when it does again. */
  readonly problem: (message: string | null) => void;
  /** Something that the snapshot shows has changed. */
  readonly changed: () => void;
}
