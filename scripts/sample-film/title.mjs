import { FILM, css, mix, smoothstep } from './numbers.mjs';

const TITLE = 'Rivulet';

/**
 * The title, drawn letter by letter as if each came floating by.
 * @param {CanvasRenderingContext2D} g
 * @param {number} seconds
 */
export const drawTitle = (g, seconds) => {
  const gone = smoothstep(6.2, 8, seconds);
  if (gone === 1) return;
  g.save();
  g.font = '104px "URW Gothic", "Century Gothic", "Avant Garde", sans-serif';
  g.textBaseline = 'alphabetic';
  g.shadowColor = css([10, 16, 40], 0.45);
  g.shadowBlur = 26;
  const space = 10;
  const widths = [...TITLE].map((letter) => g.measureText(letter).width + space);
  let x = (FILM.width - widths.reduce((sum, width) => sum + width, -space)) / 2;
  [...TITLE].forEach((letter, index) => {
    const come = smoothstep(0.5 + index * 0.22, 2 + index * 0.22, seconds);
    const float = 5 * Math.sin(seconds * 1.4 - index * 0.7);
    g.fillStyle = css([255, 252, 244], come * (1 - gone));
    g.fillText(letter, x + mix(-22, 0, come), 196 + float - 16 * gone);
    x += widths[index] ?? 0;
  });
  g.restore();
};

/**
 * Fades in from black at the start and out to black at the end.
 * @param {CanvasRenderingContext2D} g
 * @param {number} seconds
 */
export const drawCurtain = (g, seconds) => {
  const dark = Math.max(
    1 - smoothstep(0, 1.2, seconds),
    smoothstep(FILM.seconds - 3, FILM.seconds - 0.4, seconds),
  );
  if (dark === 0) return;
  g.fillStyle = css([0, 0, 0], dark);
  g.fillRect(0, 0, FILM.width, FILM.height);
};
