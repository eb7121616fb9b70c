import { FILM, css, hash, mix, mixColour, smoothstep } from './numbers.mjs';
import { centre } from './river.mjs';
import { glow } from './sky.mjs';

/**
 * @typedef {import('./palette.mjs').Light} Light
 * @typedef {import('./river.mjs').Eye} Eye
 */

/**
 * How far ahead of the eye the paper boat floats.
 * @param {number} seconds
 */
export const boatDistance = (seconds) =>
  mix(6, 3.1, smoothstep(6, 14, seconds)) + 0.15 * Math.sin(seconds * 0.5);

/**
 * A paper boat that drifts down the river, with a lantern when it gets dark.
 * @param {CanvasRenderingContext2D} g
 * @param {Light} light
 * @param {Eye} eye
 * @param {number} seconds
 */
export const drawBoat = (g, light, eye, seconds) => {
  const shown = smoothstep(6, 9, seconds);
  if (shown === 0) return;
  const distance = boatDistance(seconds);
  const size = eye.scale(distance) * 0.17;
  const x = eye.x(centre(eye.z + distance), distance);
  const y = eye.y(distance) + size * 0.06 * Math.sin(seconds * 1.9);
  g.save();
  g.globalAlpha = shown;
  g.translate(x, y);
  g.fillStyle = css(light.deep, 0.35);
  g.beginPath();
  g.ellipse(0, size * 0.16, size * 1.05, size * 0.16, 0, 0, 2 * Math.PI);
  g.fill();
  g.rotate(0.05 * Math.sin(seconds * 1.3));
  const paper = mixColour([255, 255, 250], light.horizon, 0.2 + 0.35 * light.night);
  const fold = mixColour(paper, light.deep, 0.3);
  /** @type {(colour: string, ...points: [number, number][]) => void} */
  const shape = (colour, ...points) => {
    g.fillStyle = colour;
    g.beginPath();
    for (const [px, py] of points) g.lineTo(px * size, py * size);
    g.closePath();
    g.fill();
  };
  if (light.night > 0) glow(g, 0, -size * 0.35, size * 3.2, [255, 190, 100], 0.55 * light.night);
  shape(css(fold), [-0.34, 0], [0, -0.85], [0, 0]);
  shape(css(paper), [0.34, 0], [0, -0.85], [0, 0]);
  shape(css(paper), [-1, -0.3], [-0.34, 0], [0, 0.18], [-0.5, 0.18]);
  shape(css(fold), [1, -0.3], [0.34, 0], [0, 0.18], [0.5, 0.18]);
  shape(css(mixColour(paper, fold, 0.4)), [-0.62, -0.02], [0.62, -0.02], [0.5, 0.18], [-0.5, 0.18]);
  g.restore();
};

/**
 * A few birds that cross the sky in the middle of the day.
 * @param {CanvasRenderingContext2D} g
 * @param {Light} light
 * @param {number} seconds
 */
export const drawBirds = (g, light, seconds) => {
  const way = (seconds - 22) / 20;
  if (way < 0 || way > 1) return;
  g.strokeStyle = css(mixColour(light.tree, light.top, 0.3), 0.75);
  g.lineWidth = 2;
  g.lineCap = 'round';
  for (let bird = 0; bird < 7; bird += 1) {
    const rank = Math.abs(bird - 3);
    const x = mix(-160, FILM.width + 160, way) - rank * 36 + 8 * hash(bird, 61);
    const y = 150 - 60 * way + (bird - 3) * 17 + 6 * Math.sin(seconds + bird);
    const flap = 7 * Math.sin(seconds * 5 + bird * 1.1);
    g.beginPath();
    g.moveTo(x - 13, y - flap);
    g.quadraticCurveTo(x - 5, y - 4, x, y);
    g.quadraticCurveTo(x + 5, y - 4, x + 13, y - flap);
    g.stroke();
  }
};
