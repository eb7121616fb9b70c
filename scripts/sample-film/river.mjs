import { FILM, mix, smoothstep } from './numbers.mjs';

/** Screen row of the horizon. */
export const HORIZON = 292;
/** Pixels per world unit at distance 1. The eye is one unit above the ground. */
const FOCAL = 600;
/** World units that the eye travels down the river in a second. */
const SPEED = 1.25;

/** @param {number} seconds */
export const travelled = (seconds) => SPEED * seconds;

/**
 * Where the middle of the river lies, sideways, at a place along the valley.
 * @param {number} z
 */
export const centre = (z) => 1.15 * Math.sin(z / 3.1) + 0.8 * Math.sin(z / 5.3 + 1.7);

/**
 * Half the width of the river: a rivulet at the spring, a river in the plain, then the sea.
 * @param {number} z
 */
export const halfWidth = (z) => {
  const plain = mix(0.13, 0.62, smoothstep(4, 34, z)) + mix(0, 0.9, smoothstep(34, 66, z));
  return plain * (1 + 0.12 * Math.sin(z * 1.3)) + Math.max(0, z - 68) ** 2 * 0.05;
};

/**
 * Maps a place on the ground to the screen.
 * @typedef {object} Eye
 * @property {number} z place of the eye along the valley
 * @property {(side: number, distance: number) => number} x screen column of a sideways place
 * @property {(distance: number) => number} y screen row
 * @property {(distance: number) => number} scale pixels per unit
 */

/**
 * @param {number} seconds
 * @returns {Eye}
 */
export const eyeAt = (seconds) => {
  const z = travelled(seconds);
  // It looks a little ahead and does not follow every bend.
  const side = 0.75 * mix(centre(z + 2.4), centre(z + 4.5), 0.5);
  return {
    z,
    x: (at, distance) => FILM.width / 2 + ((at - side) * FOCAL) / distance,
    y: (distance) => HORIZON + FOCAL / distance,
    scale: (distance) => FOCAL / distance,
  };
};

/** @param {number} row */
export const distanceAt = (row) => FOCAL / (row - HORIZON);

/**
 * Outline of the water from the horizon to the lower edge of the picture.
 * @param {Eye} eye
 * @param {number} margin widens it on both sides by this share of its width
 * @returns {Path2D}
 */
export const riverOutline = (eye, margin) => {
  /** @type {[number, number][]} */
  const left = [];
  /** @type {[number, number][]} */
  const right = [];
  for (let row = HORIZON + 1; row < FILM.height + 8; row += row < HORIZON + 60 ? 1 : 4) {
    const distance = distanceAt(row);
    const z = eye.z + distance;
    // Far bends are finer than the rows that show them.
    const middle = centre(z) * (1 - smoothstep(30, 80, distance));
    const half = halfWidth(Math.min(z, eye.z + 90)) * (1 + margin) + margin * 0.12;
    left.push([eye.x(middle - half, distance), row]);
    right.push([eye.x(middle + half, distance), row]);
  }
  const path = new Path2D();
  for (const [x, y] of [...left, ...right.reverse()]) path.lineTo(x, y);
  path.closePath();
  return path;
};
