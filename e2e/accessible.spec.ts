import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from './support/nodes.ts';

const VIEWS = ['#/', '#/seed', '#/payments', '#/wallet', '#/settings', '#/health'] as const;
const SIZES = [
  { width: 390, height: 844 },
  { width: 1280, height: 800 },
] as const;
const SCHEMES = ['light', 'dark'] as const;

test('every view meets WCAG 2.2 AA by rule, at phone and desktop size, light and dark', async ({
  openApp,
}) => {
  const person = await openApp('person');
  await person.page.emulateMedia({ reducedMotion: 'reduce' });
  await person.shell.open();
  for (const size of SIZES) {
    await person.page.setViewportSize(size);
    for (const colorScheme of SCHEMES) {
      await person.page.emulateMedia({ colorScheme });
      for (const view of VIEWS) {
        await person.shell.open(view);
        await expect(person.page.getByRole('heading', { level: 1 })).toBeVisible();
        // Colours fade between schemes; in between a measurement is of no colour at all.
        await person.page.evaluate(() =>
          Promise.allSettled(document.getAnimations().map((animation) => animation.finished)),
        );
        const { violations } = await new AxeBuilder({ page: person.page })
          // No view has a frame of another origin, for which a page is opened each time otherwise.
          .setLegacyMode(true)
          .options({ resultTypes: ['violations'] })
          .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
          .analyze();
        const told = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
        expect(told, `${view} ${size.width} ${colorScheme}`).toEqual([]);
        const wide = await person.page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect(wide, `${view} does not scroll sideways at ${size.width}`).toBe(0);
      }
    }
  }
});
