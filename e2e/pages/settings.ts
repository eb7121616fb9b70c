import { expect, type Page } from '@playwright/test';

export type SettingsFigure =
  | 'maxSatPerMiB'
  | 'maxSatPerTitle'
  | 'maxSatPerDay'
  | 'maxEvents'
  | 'maxWaitMs'
  | 'defaultSellPrice';
export type SettingsPart = 'budget' | 'batcher' | 'selling';

/** Settings: figures that are typed and saved part by part. */
export class SettingsPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async type(name: SettingsFigure, value: number): Promise<void> {
    await this.page.getByTestId(`setting-${name}`).fill(String(value));
  }

  async typed(name: SettingsFigure): Promise<number> {
    return Number(await this.page.getByTestId(`setting-${name}`).inputValue());
  }

  async batcher(mode: 'fixed' | 'adaptive'): Promise<void> {
    await this.page.getByTestId(`batcher-${mode}`).check();
  }

  /** How fast all titles together may go, in MiB/s; null as fast as they can. */
  async limitSpeed({ down, up }: { down?: number | null; up?: number | null }): Promise<void> {
    const { page } = this;
    if (down !== undefined) await page.getByTestId('speed-down').fill(down?.toString() ?? '');
    if (up !== undefined) await page.getByTestId('speed-up').fill(up?.toString() ?? '');
    await page.getByTestId('speed-save').click();
    await expect(page.getByTestId('speed-save')).toBeDisabled();
  }

  async useWebSeeds(wanted: boolean): Promise<void> {
    await this.page.getByTestId('web-seeds-use').setChecked(wanted);
  }

  async usesWebSeeds(wanted: boolean): Promise<void> {
    await expect(this.page.getByTestId('web-seeds-use')).toBeChecked({ checked: wanted });
  }

  /** Saves a part and waits until the worker has taken it. */
  async save(part: SettingsPart): Promise<void> {
    await this.page.getByTestId(`save-${part}`).click();
    await this.#settled(part);
  }

  async undo(part: SettingsPart): Promise<void> {
    await this.page.getByTestId(`undo-${part}`).click();
    await expect(this.page.getByTestId(`undo-${part}`)).toBeHidden();
  }

  async defaults(part: SettingsPart): Promise<void> {
    await this.page.getByTestId(`defaults-${part}`).click();
    await this.#settled(part);
  }

  /** Expects that the figure is called wrong and that its part cannot be saved. */
  async refused(name: SettingsFigure, part: SettingsPart): Promise<void> {
    await expect(this.page.getByTestId(`setting-${name}-wrong`)).toBeVisible();
    await expect(this.page.getByTestId(`save-${part}`)).toBeDisabled();
  }

  async #settled(part: SettingsPart): Promise<void> {
    await expect(this.page.getByTestId(`saved-${part}`)).not.toBeEmpty();
    await expect(this.page.getByTestId(`save-${part}`)).toBeDisabled();
  }
}
