/** How hard a passphrase is to guess, in words that a person is shown. */
export type Strength = 'short' | 'weak' | 'fair' | 'strong';

/** What the payments worker asks for at least. */
export const MIN_PASSPHRASE = 10;

/** Who guesses tries words, not letters: about one of 2^13 for each. */
const BITS_PER_WORD = 13;
const FAIR_BITS = 38;
const STRONG_BITS = 60;

const ALPHABETS: readonly (readonly [RegExp, number])[] = [
  [/[a-z]/, 26],
  [/[A-Z]/, 26],
  [/[0-9]/, 10],
  [/[^a-zA-Z0-9]/, 33],
];

/**
 * A rough guess, for a hint and no more: letters that repeat count once or twice, and words of a
 * sentence as words.
 */
export const strengthOf = (passphrase: string): Strength => {
  if (passphrase.length < MIN_PASSPHRASE) return 'short';
  const letters = ALPHABETS.reduce(
    (sum, [kind, size]) => sum + (kind.test(passphrase) ? size : 0),
    0,
  );
  const useful = Math.min(passphrase.length, 2 * new Set(passphrase).size);
  const words = passphrase.trim().split(/\s+/).length;
  const byLetters = useful * Math.log2(letters);
  const bits = words > 1 ? Math.min(byLetters, words * BITS_PER_WORD) : byLetters;
  if (bits < FAIR_BITS) return 'weak';
  return bits < STRONG_BITS ? 'fair' : 'strong';
};
