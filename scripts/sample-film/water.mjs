import { FILM, css, hash, mix, mixColour, noise, smoothstep } from './numbers.mjs';
import { HORIZON, centre, halfWidth, riverOutline, travelled } from './river.mjs';

/** Ripples run up the valley against the eye, slower than the water itself. */
const RIPPLE_SPEED = 0.55;

/**
 * @typedef {import('./palette.mjs').Light} Light
 * @typedef {import('./river.mjs').Eye} Eye
 */

/** @type {(g: CanvasRenderingContext2D, light: Light, eye: Eye, seconds: number) => void} */
const drawRipples = (g, light, eye, seconds) => {
  const reach = 26;
  for (let i = 0; i < 420; i += 1) {
    const lane = mix(-0.94, 0.94, hash(i, 21));
    const start = hash(i, 22) * reach + RIPPLE_SPEED * seconds - travelled(seconds);
    const distance = 1.35 + (((start % reach) + reach) % reach);
    const z = eye.z + distance;
    const x = eye.x(centre(z) + lane * Math.min(halfWidth(z), 7), distance);
    if (x < -80 || x > FILM.width + 80) continue;
    const shimmer = Math.sin(seconds * mix(1.2, 3, hash(i, 23)) + 20 * hash(i, 24)) ** 2;
    const fade = smoothstep(1.35, 1.8, distance) * (1 - smoothstep(16, 26, distance));
    const size = eye.scale(distance);
    const bright = hash(i, 25) > 0.35;
    g.fillStyle = bright
      ? css(light.glint, 0.34 * shimmer * fade)
      : css(light.deep, 0.3 * shimmer * fade);
    g.beginPath();
    const width = size * mix(0.03, 0.13, hash(i, 26)) * (1 + Math.min(3, halfWidth(z) - 0.2));
    g.ellipse(x, eye.y(distance), width, Math.max(0.7, size * 0.006), 0, 0, 2 * Math.PI);
    g.fill();
  }
};

/** The road of light under sun or moon. */
/** @type {(g: CanvasRenderingContext2D, light: Light, seconds: number) => void} */
const drawLightRoad = (g, light, seconds) => {
  const x = light.sun[0] * FILM.width;
  const low = smoothstep(0.1, 0.4, light.sun[1]);
  for (let row = HORIZON + 2; row < FILM.height; row += 3) {
    const depth = (row - HORIZON) / (FILM.height - HORIZON);
    const wave = noise(row * 0.35 - seconds * 2.2, 31) * noise(row * 0.11 + seconds * 0.9, 32);
    const half = (5 + 95 * depth) * (0.35 + 1.5 * wave);
    const sway = (noise(row * 0.2 + seconds * 1.1, 33) - 0.5) * 60 * depth;
    const alpha = (0.6 * low + 0.08) * (0.35 + wave) * (1 - 0.55 * depth);
    g.fillStyle = css(light.glint, Math.min(0.75, alpha));
    g.beginPath();
    g.ellipse(x + sway, row, half, 1 + 1.4 * depth, 0, 0, 2 * Math.PI);
    g.fill();
  }
};

/**
 * The river with its wet banks, its ripples and the light on it.
 * @param {CanvasRenderingContext2D} g
 * @param {Light} light
 * @param {Eye} eye
 * @param {number} seconds
 */
export const drawWater = (g, light, eye, seconds) => {
  const shore = g.createLinearGradient(0, HORIZON, 0, FILM.height);
  shore.addColorStop(0, css(mixColour(light.far, light.horizon, 0.6)));
  shore.addColorStop(0.3, css(mixColour(light.near, light.horizon, 0.3)));
  shore.addColorStop(1, css(mixColour(light.near, light.horizon, 0.18)));
  g.fillStyle = shore;
  g.fill(riverOutline(eye, 0.2));

  const outline = riverOutline(eye, 0);
  const fill = g.createLinearGradient(0, HORIZON, 0, FILM.height);
  fill.addColorStop(0, css(light.horizon));
  fill.addColorStop(0.12, css(mixColour(light.horizon, light.water, 0.7)));
  fill.addColorStop(0.5, css(mixColour(light.water, light.deep, 0.55)));
  fill.addColorStop(1, css(light.deep));
  g.fillStyle = fill;
  g.fill(outline);

  g.save();
  g.clip(outline);
  drawLightRoad(g, light, seconds);
  drawRipples(g, light, eye, seconds);
  g.restore();
  g.strokeStyle = css(mixColour(light.glint, light.water, 0.3), 0.4);
  g.lineWidth = 1.4;
  g.stroke(outline);
};
