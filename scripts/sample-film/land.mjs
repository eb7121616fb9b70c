import { FILM, css, hash, mix, mixColour, smoothstep } from './numbers.mjs';
import { HORIZON, centre, halfWidth } from './river.mjs';

/**
 * @typedef {import('./palette.mjs').Light} Light
 * @typedef {import('./river.mjs').Eye} Eye
 */

/** How far away something that grows is still drawn, and how near. */
export const FARTHEST = 42;
export const NEAREST = 1.05;

/** @type {(g: CanvasRenderingContext2D, light: Light) => void} */
const drawGround = (g, light) => {
  const fill = g.createLinearGradient(0, HORIZON, 0, FILM.height);
  fill.addColorStop(0, css(mixColour(light.far, light.horizon, 0.45)));
  fill.addColorStop(0.16, css(mixColour(light.far, light.near, 0.55)));
  fill.addColorStop(1, css(mixColour(light.near, [0, 0, 0], 0.22)));
  g.fillStyle = fill;
  g.fillRect(0, HORIZON, FILM.width, FILM.height - HORIZON);
};

/**
 * @param {CanvasRenderingContext2D} g
 * @param {number} x
 * @param {number} y
 * @param {number} height
 * @param {string} colour
 */
const conifer = (g, x, y, height, colour) => {
  g.fillStyle = colour;
  g.beginPath();
  for (let tier = 0; tier < 3; tier += 1) {
    const top = y - height * (1 - tier * 0.24);
    const foot = y - height * (0.5 - tier * 0.22);
    const half = height * (0.14 + tier * 0.07);
    g.moveTo(x, top);
    g.lineTo(x + half, foot);
    g.lineTo(x - half, foot);
    g.closePath();
  }
  g.rect(x - height * 0.025, y - height * 0.08, height * 0.05, height * 0.09);
  g.fill();
};

/** @type {typeof conifer} */
const roundTree = (g, x, y, height, colour) => {
  g.fillStyle = colour;
  g.beginPath();
  g.rect(x - height * 0.03, y - height * 0.35, height * 0.06, height * 0.36);
  for (const [dx, dy, radius] of [
    [0, 0.68, 0.3],
    [-0.2, 0.52, 0.22],
    [0.21, 0.5, 0.23],
  ]) {
    const at = x + (dx ?? 0) * height;
    g.moveTo(at, y - (dy ?? 0) * height);
    g.arc(at, y - (dy ?? 0) * height, (radius ?? 0) * height, 0, 2 * Math.PI);
  }
  g.fill();
};

/** @type {typeof conifer} */
const reeds = (g, x, y, height, colour) => {
  g.strokeStyle = colour;
  g.lineWidth = Math.max(0.8, height * 0.045);
  g.beginPath();
  for (let blade = -2; blade <= 2; blade += 1) {
    g.moveTo(x + blade * height * 0.09, y);
    g.quadraticCurveTo(
      x + blade * height * 0.12,
      y - height * 0.6,
      x + blade * height * 0.26,
      y - height * (1 - 0.12 * Math.abs(blade)),
    );
  }
  g.stroke();
};

/** Soft darker and lighter patches that make the speed over the meadows felt. */
/** @type {(g: CanvasRenderingContext2D, light: Light, eye: Eye) => void} */
const drawPatches = (g, light, eye) => {
  const first = Math.floor(eye.z / 0.16);
  for (let i = first + Math.ceil(26 / 0.16); i > first + 7; i -= 1) {
    const distance = i * 0.16 - eye.z;
    const side = mix(-1, 1, hash(i, 41)) * (2.5 + distance * 0.9);
    const size = eye.scale(distance) * mix(0.12, 0.5, hash(i, 42));
    const fade = smoothstep(1.1, 1.6, distance) * (1 - smoothstep(14, 26, distance));
    const colour = mixColour(light.near, hash(i, 43) > 0.5 ? light.glint : light.tree, 0.5);
    g.fillStyle = css(colour, 0.2 * fade);
    g.beginPath();
    g.ellipse(eye.x(side, distance), eye.y(distance), size, size * 0.11, 0, 0, 2 * Math.PI);
    g.fill();
  }
};

/**
 * Conifers in the mountains, round trees in the plain, reeds by the water; farthest first.
 * @param {CanvasRenderingContext2D} g
 * @param {Light} light
 * @param {Eye} eye
 * @param {number} from distance of the farthest
 * @param {number} to distance of the nearest
 */
export const drawPlants = (g, light, eye, from, to) => {
  const spacing = 0.2;
  const first = Math.floor((eye.z + from) / spacing);
  for (let i = first; i * spacing > eye.z + to; i -= 1) {
    const z = i * spacing;
    const distance = z - eye.z;
    const wild = hash(i, 51);
    const sparse = mix(0.95, 0.5, smoothstep(24, 60, z));
    if (wild > sparse) continue;
    const side = hash(i, 52) > 0.5 ? 1 : -1;
    const isReed = hash(i, 53) < 0.3;
    const away = isReed ? 0.04 + 0.1 * hash(i, 54) : 0.4 + 6.5 * hash(i, 54) ** 1.6;
    const x = eye.x(centre(z) + side * (halfWidth(z) * 1.12 + away), distance);
    if (x < -300 || x > FILM.width + 300) continue;
    const fog = 1 - Math.exp(-distance / 15);
    const near = smoothstep(NEAREST, NEAREST + 0.45, distance);
    const shade = mixColour(light.tree, light.near, 0.35 * hash(i, 55));
    const colour = css(mixColour(shade, mixColour(light.far, light.horizon, 0.4), fog), near);
    const size = eye.scale(distance);
    const y = eye.y(distance);
    if (isReed) reeds(g, x, y, size * mix(0.1, 0.2, hash(i, 56)), colour);
    else if (hash(i, 57) > smoothstep(20, 44, z)) {
      conifer(g, x, y, size * mix(0.55, 1.25, hash(i, 56)), colour);
    } else roundTree(g, x, y, size * mix(0.4, 0.85, hash(i, 56)), colour);
  }
};

/**
 * The ground below the horizon, without what grows on it.
 * @param {CanvasRenderingContext2D} g
 * @param {Light} light
 * @param {Eye} eye
 */
export const drawLand = (g, light, eye) => {
  drawGround(g, light);
  drawPatches(g, light, eye);
};

/**
 * The haze over the horizon.
 * @param {CanvasRenderingContext2D} g
 * @param {Light} light
 */
export const drawHaze = (g, light) => {
  const haze = g.createLinearGradient(0, HORIZON - 26, 0, HORIZON + 46);
  haze.addColorStop(0, css(light.horizon, 0));
  haze.addColorStop(0.4, css(light.horizon, 0.55));
  haze.addColorStop(1, css(light.horizon, 0));
  g.fillStyle = haze;
  g.fillRect(0, HORIZON - 26, FILM.width, 72);
};
