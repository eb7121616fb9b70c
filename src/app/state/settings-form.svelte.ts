import type { PaymentSettings } from '../../shared/ports/payments.ts';
import { fail, type Result } from '../../shared/result.ts';
import { draftOf, settingsOf, type SettingsDraft } from '../model/settings.ts';
import { Action } from './action.svelte.ts';
import type { SettingsKeeper } from './settings-keeper.svelte.ts';

type Part = keyof PaymentSettings;
/** What the last change of the settings was. */
type Change = 'save' | 'undo' | 'reset';

/**
 * One part of the payment settings as it is edited: typed, saved by the worker or refused by it,
 * with a way back to what held before and to the defaults.
 */
export class SettingsForm {
  draft: SettingsDraft;
  /** What held before the last save; null while there is nothing to go back to. */
  previous = $state.raw<PaymentSettings | null>(null);
  readonly change: Action<[Change], Change>;
  readonly #keeper: SettingsKeeper;
  readonly #part: Part;

  constructor(keeper: SettingsKeeper, part: Part) {
    this.#keeper = keeper;
    this.#part = part;
    this.draft = $state(draftOf(keeper.current));
    this.change = new Action(async (change) => {
      const wanted = await this.#wanted(change);
      if (!wanted.ok) return wanted;
      const before = keeper.current;
      const answer = await keeper.put({ [part]: wanted.value[part] });
      if (!answer.ok) return answer;
      this.previous = change === 'undo' ? null : before;
      Object.assign(this.draft, draftOf(answer.value));
      return { ok: true, value: change };
    });
  }

  /** Whether every figure typed may be saved. */
  get valid(): boolean {
    return settingsOf(this.draft) !== null;
  }

  /** Whether something is typed that is not saved. */
  get changed(): boolean {
    const typed = settingsOf(this.draft);
    const saved = this.#keeper.current[this.#part];
    return typed === null || JSON.stringify(typed[this.#part]) !== JSON.stringify(saved);
  }

  async #wanted(change: Change): Promise<Result<PaymentSettings>> {
    if (change === 'reset') return this.#keeper.defaults();
    const value = change === 'undo' ? this.previous : settingsOf(this.draft);
    return value === null ? fail('bad-input', 'There is nothing to save.') : { ok: true, value };
  }
}
