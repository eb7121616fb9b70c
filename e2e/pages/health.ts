import { expect, type Page } from '@playwright/test';
import { expectValue } from './figure.ts';

/** Health: what the parts say, the figures of the engine, the self-test. */
export class HealthPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Runs the self-test and answers the names of the parts that it tried, each with its outcome. */
  async selfTest(): Promise<{ readonly name: string; readonly ok: boolean }[]> {
    await this.page.getByTestId('self-test').click();
    await expect(this.page.getByTestId('self-test-verdict')).toBeVisible({ timeout: 60_000 });
    return this.page.getByTestId('self-test-row').evaluateAll((rows) =>
      rows.map((row) => ({
        name: row.getAttribute('data-name') ?? '',
        ok: row.getAttribute('data-ok') === 'true',
      })),
    );
  }

  /** How a part is called to be: `health-payments`, `health-tracker` and so on. */
  async state(part: string): Promise<string> {
    return (await this.page.getByTestId(`health-${part}`).first().getAttribute('data-state')) ?? '';
  }

  events(): Promise<number> {
    return expectValue(this.page.getByTestId('engine-events'), 'blocks paid', () => true);
  }

  batches(): Promise<number> {
    return expectValue(this.page.getByTestId('engine-batches'), 'batches', () => true);
  }

  /** Batches by the reason for which they were closed, or by their size. */
  async counts(table: 'flushes' | 'sizes'): Promise<ReadonlyMap<string, number>> {
    const counts = await this.page
      .getByTestId(`${table}-row`)
      .evaluateAll((rows) =>
        rows.map(
          (row) =>
            [row.getAttribute('data-name') ?? '', Number(row.getAttribute('data-value'))] as const,
        ),
      );
    return new Map(counts);
  }
}
