// Runs in the page: draws one frame of the film when it is asked to.
import { boatDistance, drawBirds, drawBoat } from './boat.mjs';
import { FARTHEST, NEAREST, drawHaze, drawLand, drawPlants } from './land.mjs';
import { FILM } from './numbers.mjs';
import { lightAt } from './palette.mjs';
import { eyeAt } from './river.mjs';
import { drawSky } from './sky.mjs';
import { drawCurtain, drawTitle } from './title.mjs';
import { drawWater } from './water.mjs';

const canvas = document.createElement('canvas');
canvas.width = FILM.width;
canvas.height = FILM.height;
document.body.append(canvas);
const g = canvas.getContext('2d', { alpha: false });
if (g === null) throw new Error('no canvas');

/**
 * @param {number} frame
 * @returns {string} the picture as a JPEG data URL
 */
const drawFrame = (frame) => {
  const seconds = frame / FILM.framesPerSecond;
  const light = lightAt(seconds);
  const eye = eyeAt(seconds);
  drawSky(g, light, seconds);
  drawBirds(g, light, seconds);
  drawLand(g, light, eye);
  drawWater(g, light, eye, seconds);
  drawHaze(g, light);
  const boat = boatDistance(seconds);
  drawPlants(g, light, eye, FARTHEST, boat);
  drawBoat(g, light, eye, seconds);
  drawPlants(g, light, eye, boat, NEAREST);
  drawTitle(g, seconds);
  drawCurtain(g, seconds);
  return canvas.toDataURL('image/jpeg', 0.97);
};
Object.assign(globalThis, { drawFrame });
