import { mix, mixColour, smoothstep } from './numbers.mjs';

/** @typedef {import('./numbers.mjs').Rgb} Rgb */

/**
 * The light of one moment. `sun` is where it stands: x as a share of the width, y as a share of
 * the height; `night` goes from 0 to 1.
 * @typedef {object} Light
 * @property {Rgb} top
 * @property {Rgb} horizon
 * @property {Rgb} far
 * @property {Rgb} near
 * @property {Rgb} tree
 * @property {Rgb} water
 * @property {Rgb} deep
 * @property {Rgb} glint
 * @property {readonly [number, number]} sun
 * @property {number} night
 */

/**
 * @param {string} text six hex digits
 * @returns {Rgb}
 */
const hex = (text) => [
  Number.parseInt(text.slice(0, 2), 16),
  Number.parseInt(text.slice(2, 4), 16),
  Number.parseInt(text.slice(4, 6), 16),
];

/**
 * @param {number} at second of the film
 * @param {string} colours top, horizon, far, near, tree, water, deep, glint
 * @param {readonly [number, number]} sun
 * @param {number} night
 * @returns {{ at: number } & Light}
 */
const moment = (at, colours, sun, night) => {
  const [top, horizon, far, near, tree, water, deep, glint] = colours.split(' ').map(hex);
  return /** @type {{ at: number } & Light} */ ({
    ...{ at, top, horizon, far, near, tree, water, deep, glint, sun, night },
  });
};

/** One day, from the spring in the mountains to the sea. */
const DAY = [
  moment(0, '1b2750 f4a58c 7a7396 2b3348 17223a d8b4b4 3b5279 fff1dc', [0.6, 0.44], 0.35),
  moment(12, '3f79b5 fbd9b4 8f9db0 4a5f4c 21403f b7d3d6 2f6d8c fffbe8', [0.63, 0.33], 0),
  moment(26, '3a93cf dff3f1 8fbcc0 5d8a4e 24553f a3dbe0 1f7f9c ffffff', [0.68, 0.16], 0),
  moment(40, '4aa0cf f6edc9 a9c4a4 7d9a4d 34623a a9dcd0 2a8b94 fffdf0', [0.6, 0.2], 0),
  moment(52, '5d68a8 ffb873 b98a83 6d5a44 3b3a35 f2b78c 8a5a6d fff0c9', [0.54, 0.35], 0),
  moment(60, '2b2f62 ef7f63 7a4f6b 352f45 1f2133 d98577 4a3a63 ffd9a8', [0.52, 0.43], 0.3),
  moment(66, '0c1533 54476f 2a2f50 141b30 0d1424 5c5a85 162347 dfe6ff', [0.51, 0.5], 0.85),
  moment(72, '060c20 22365c 17233f 0c1426 080f1d 38507f 0d1a36 e6f0ff', [0.51, 0.56], 1),
];

/**
 * @param {number} seconds
 * @returns {Light}
 */
export const lightAt = (seconds) => {
  const after = Math.max(
    1,
    DAY.findIndex((entry) => entry.at >= seconds),
  );
  const a = DAY[after - 1];
  const b = DAY[after];
  if (a === undefined || b === undefined) throw new RangeError('outside of the film');
  const t = smoothstep(a.at, b.at, seconds);
  return {
    top: mixColour(a.top, b.top, t),
    horizon: mixColour(a.horizon, b.horizon, t),
    far: mixColour(a.far, b.far, t),
    near: mixColour(a.near, b.near, t),
    tree: mixColour(a.tree, b.tree, t),
    water: mixColour(a.water, b.water, t),
    deep: mixColour(a.deep, b.deep, t),
    glint: mixColour(a.glint, b.glint, t),
    sun: [mix(a.sun[0], b.sun[0], t), mix(a.sun[1], b.sun[1], t)],
    night: mix(a.night, b.night, t),
  };
};
