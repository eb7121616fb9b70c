import { fail, ok, type Result } from '../shared/result.ts';

interface Wanted {
  readonly path: string;
  readonly length: number;
}
interface Chosen {
  readonly name: string;
  readonly size: number;
}

const nameIn = ({ path }: Wanted): string => path.split('/').at(-1) ?? path;

/**
 * Puts chosen files into the order of a torrent's: each by its length, and among several of one
 * length by its name. A file may have been renamed since. More files than needed do no harm.
 */
export const matchFiles = <F extends Chosen>(
  wanted: readonly Wanted[],
  chosen: readonly F[],
): Result<F[]> => {
  const left = new Set(chosen);
  const matched = new Map<Wanted, F>();
  const take = (one: Wanted, fits: (file: F) => boolean): void => {
    if (matched.has(one)) return;
    const found = [...left].find((file) => file.size === one.length && fits(file));
    if (found === undefined) return;
    left.delete(found);
    matched.set(one, found);
  };
  // Those with their old name first, so that a renamed one does not take their place.
  for (const one of wanted) take(one, (file) => file.name === nameIn(one));
  for (const one of wanted) take(one, () => true);

  const missing = wanted.find((one) => !matched.has(one));
  if (missing !== undefined) {
    const [only] = chosen;
    const why =
      wanted.length === 1 && only !== undefined
        ? `“${only.name}” has another length than the file that was seeded`
        : `“${nameIn(missing)}” is not among them, or it was changed`;
    return fail('bad-input', `${why}. Nothing was shared; choose the file that was seeded.`);
  }
  return ok(wanted.flatMap((one) => matched.get(one) ?? []));
};
