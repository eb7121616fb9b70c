import type { PaymentSettings } from '../../shared/ports/payments.ts';
import type { Result } from '../../shared/result.ts';
import type { NodeState } from './node.svelte.ts';

/** The payment settings in force. The worker keeps them; its last answer is newer than any sample. */
export class SettingsKeeper {
  #answered = $state.raw<PaymentSettings | null>(null);
  readonly #node: Pick<NodeState, 'payments' | 'port'>;

  constructor(node: Pick<NodeState, 'payments' | 'port'>) {
    this.#node = node;
  }

  get current(): PaymentSettings {
    return this.#answered ?? this.#node.payments.settings;
  }

  /** Changes one part and leaves the others as they are. */
  async put(change: Partial<PaymentSettings>): Promise<Result<PaymentSettings>> {
    const { payments } = this.#node.port;
    const answer = await payments.call('settings', { ...this.current, ...change });
    if (answer.ok) this.#answered = answer.value;
    return answer;
  }

  defaults(): Promise<Result<PaymentSettings>> {
    return this.#node.port.payments.call('defaultSettings', undefined);
  }
}
