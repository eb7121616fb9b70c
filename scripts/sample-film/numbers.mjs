/** Small deterministic helpers: the same frame number gives the same picture on every machine. */

/** @typedef {readonly [number, number, number]} Rgb */

/** Length of the film in seconds, and its picture format. */
export const FILM = { seconds: 72, framesPerSecond: 24, width: 1280, height: 720 };

/**
 * @param {number} low
 * @param {number} high
 * @param {number} x
 */
export const smoothstep = (low, high, x) => {
  const t = Math.min(1, Math.max(0, (x - low) / (high - low)));
  return t * t * (3 - 2 * t);
};

/**
 * @param {number} a
 * @param {number} b
 * @param {number} t
 */
export const mix = (a, b, t) => a + (b - a) * t;

/**
 * A value from 0 to 1 that belongs to a whole number; neighbours are unrelated.
 * @param {number} index
 * @param {number} [salt]
 */
export const hash = (index, salt = 0) => {
  let h = Math.imul(index ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(salt + 1, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return ((h ^ (h >>> 15)) >>> 0) / 4294967296;
};

/**
 * Smooth noise from 0 to 1 along a line.
 * @param {number} x
 * @param {number} [salt]
 */
export const noise = (x, salt = 0) => {
  const cell = Math.floor(x);
  return mix(hash(cell, salt), hash(cell + 1, salt), smoothstep(0, 1, x - cell));
};

/**
 * @param {Rgb} a
 * @param {Rgb} b
 * @param {number} t
 * @returns {Rgb}
 */
export const mixColour = (a, b, t) => [mix(a[0], b[0], t), mix(a[1], b[1], t), mix(a[2], b[2], t)];

/**
 * @param {Rgb} colour
 * @param {number} [alpha]
 */
export const css = ([red, green, blue], alpha = 1) =>
  `rgba(${red.toFixed(1)},${green.toFixed(1)},${blue.toFixed(1)},${alpha.toFixed(4)})`;
