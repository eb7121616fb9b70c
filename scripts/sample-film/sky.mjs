import { FILM, css, hash, mix, mixColour, noise, smoothstep } from './numbers.mjs';
import { HORIZON } from './river.mjs';

/**
 * @param {CanvasRenderingContext2D} g
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {import('./numbers.mjs').Rgb} colour
 * @param {number} alpha
 */
export const glow = (g, x, y, radius, colour, alpha) => {
  const fill = g.createRadialGradient(x, y, 0, x, y, radius);
  for (const stop of [0, 0.25, 0.5, 0.75, 1]) {
    fill.addColorStop(stop, css(colour, alpha * (1 - stop) ** 2));
  }
  g.fillStyle = fill;
  g.fillRect(x - radius, y - radius, 2 * radius, 2 * radius);
};

/** @type {(g: CanvasRenderingContext2D, light: import('./palette.mjs').Light, s: number) => void} */
const drawStars = (g, light, seconds) => {
  if (light.night < 0.05) return;
  for (let i = 0; i < 170; i += 1) {
    const twinkle = 0.65 + 0.35 * Math.sin(seconds * (0.6 + hash(i, 3)) + 9 * hash(i, 4));
    const low = smoothstep(0, 0.25, 1 - hash(i, 2));
    g.fillStyle = css([235, 242, 255], light.night * twinkle * low * mix(0.25, 0.95, hash(i, 5)));
    const size = mix(0.7, 1.9, hash(i, 6) ** 3);
    g.beginPath();
    g.arc(hash(i, 1) * FILM.width, hash(i, 2) * HORIZON, size, 0, 2 * Math.PI);
    g.fill();
  }
};

/** @type {(g: CanvasRenderingContext2D, light: import('./palette.mjs').Light, s: number) => void} */
const drawClouds = (g, light, seconds) => {
  const colour = mixColour(light.horizon, [255, 255, 255], 0.45 * (1 - light.night));
  for (let cloud = 0; cloud < 9; cloud += 1) {
    const span = FILM.width + 700;
    const drift = seconds * mix(3, 8, hash(cloud, 11));
    const x = ((hash(cloud, 12) * span + drift) % span) - 350;
    const y = mix(40, HORIZON - 70, hash(cloud, 13));
    g.save();
    g.translate(x, y);
    g.scale(1, 0.26);
    for (let puff = 0; puff < 8; puff += 1) {
      const id = cloud * 16 + puff;
      const radius = mix(60, 150, hash(id, 14));
      const alpha = 0.2 * (1 - 0.75 * light.night);
      glow(g, mix(-190, 190, hash(id, 15)), mix(-70, 70, hash(id, 16)), radius, colour, alpha);
    }
    g.restore();
  }
};

/**
 * Three ridges, the farthest the palest. They sink as the river leaves the mountains.
 * @type {(g: CanvasRenderingContext2D, light: import('./palette.mjs').Light, s: number) => void}
 */
const drawRidges = (g, light, seconds) => {
  const behind = smoothstep(14, 54, seconds);
  for (let ridge = 0; ridge < 3; ridge += 1) {
    const height = mix([190, 130, 74][ridge] ?? 0, [16, 12, 8][ridge] ?? 0, behind);
    const shift = seconds * ([1.2, 2.4, 4.2][ridge] ?? 0);
    g.beginPath();
    g.moveTo(0, HORIZON + 3);
    for (let x = 0; x <= FILM.width; x += 4) {
      const at = (x + shift) / 210 + ridge * 40;
      const shape =
        0.58 * noise(at, ridge) + 0.27 * noise(at * 2.7, ridge + 7) + 0.15 * noise(at * 7, ridge);
      const valley = mix(0.45, 1, Math.min(1, Math.abs(x - FILM.width / 2) / 420));
      g.lineTo(x, HORIZON + 2 - height * shape * valley);
    }
    g.lineTo(FILM.width, HORIZON + 3);
    g.closePath();
    const fill = g.createLinearGradient(0, HORIZON - height, 0, HORIZON);
    const base = mixColour(light.horizon, light.far, 0.35 + 0.3 * ridge);
    fill.addColorStop(0, css(mixColour(base, light.top, 0.25)));
    fill.addColorStop(1, css(mixColour(base, light.horizon, 0.45)));
    g.fillStyle = fill;
    g.fill();
  }
};

/** @type {(g: CanvasRenderingContext2D, seconds: number) => void} */
const drawMoon = (g, seconds) => {
  const up = smoothstep(62.5, 73, seconds);
  if (up === 0) return;
  const [x, y] = [FILM.width * 0.51, mix(HORIZON + 30, 128, up)];
  glow(g, x, y, 220, [190, 210, 255], 0.38 * up);
  g.fillStyle = css([246, 248, 255], smoothstep(62.5, 66, seconds));
  g.beginPath();
  g.arc(x, y, 25, 0, 2 * Math.PI);
  g.fill();
};

/**
 * Everything above the horizon.
 * @param {CanvasRenderingContext2D} g
 * @param {import('./palette.mjs').Light} light
 * @param {number} seconds
 */
export const drawSky = (g, light, seconds) => {
  const fill = g.createLinearGradient(0, 0, 0, HORIZON);
  fill.addColorStop(0, css(light.top));
  fill.addColorStop(0.55, css(mixColour(light.top, light.horizon, 0.5)));
  fill.addColorStop(1, css(light.horizon));
  g.fillStyle = fill;
  g.fillRect(0, 0, FILM.width, HORIZON + 4);
  drawStars(g, light, seconds);
  const [x, y] = [light.sun[0] * FILM.width, light.sun[1] * FILM.height];
  const day = 1 - smoothstep(0.3, 0.8, light.night);
  if (day > 0) {
    glow(g, x, y, 420, light.glint, 0.5 * day);
    g.fillStyle = css(mixColour(light.glint, [255, 255, 255], 0.4), day);
    g.beginPath();
    g.arc(x, y, 30, 0, 2 * Math.PI);
    g.fill();
  }
  drawMoon(g, seconds);
  drawClouds(g, light, seconds);
  drawRidges(g, light, seconds);
};
