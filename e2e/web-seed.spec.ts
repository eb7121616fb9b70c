import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { SAMPLE_FILM } from './support/films.ts';
import { expect, test } from './support/nodes.ts';
import { makeTorrent } from './support/odd-torrent.ts';
import { startWebHost } from './support/web-host.ts';

const TITLE = 'A film & its notes';
const FOLDER = `/films/${encodeURIComponent(TITLE)}`;

test('a title without any peer plays from a web seed, free, and a host with wrong bytes is dropped', async ({
  net,
  openApp,
}) => {
  const film = readFileSync(SAMPLE_FILM);
  const notes = Buffer.from('Shot by the river.');
  const torrent = makeTorrent(
    TITLE,
    [
      { path: ['film.mp4'], content: film },
      { path: ['notes.txt'], content: notes },
    ],
    262_144,
    net.urls.tracker,
  );
  const good = await startWebHost(
    new Map([
      ['/film.torrent', torrent.torrent],
      [`${FOLDER}/film.mp4`, film],
      [`${FOLDER}/notes.txt`, notes],
    ]),
  );
  const bad = await startWebHost(
    new Map([[`${FOLDER}/film.mp4`, Buffer.from(film.map((byte) => byte ^ 1))]]),
  );
  const magnet = [
    `magnet:?xt=urn:btih:${torrent.infoHash}`,
    `xs=${encodeURIComponent(`${good.origin}/film.torrent`)}`,
    ...[good, bad].map(({ origin }) => `ws=${encodeURIComponent(`${origin}/films/`)}`),
  ].join('&');

  const viewer = await openApp('viewer');
  await viewer.shell.open('#/settings');
  await viewer.settings.useWebSeeds(false);
  await viewer.page.reload();
  await viewer.settings.usesWebSeeds(false);

  await viewer.watch.openLink(
    `${net.urls.app.replace(/\/$/, '')}/#/watch?magnet=${encodeURIComponent(magnet)}`,
  );
  // The torrent file was fetched; nothing is asked of the web seeds before the start.
  expect(good.asked).toEqual(['/film.torrent']);
  await viewer.watch.webSeed(good.host, 'off');
  await viewer.shell.go('settings');
  await viewer.settings.useWebSeeds(true);
  await viewer.page.goBack();
  await viewer.watch.webSeed(good.host, 'idle');
  expect(await viewer.watch.expectedCost()).toBe(0);
  expect(good.asked).toEqual(['/film.torrent']);

  await viewer.watch.start();
  await viewer.watch.playing(1);
  await viewer.watch.complete(film.length + notes.length);
  expect(await viewer.watch.sha256(torrent.infoHash)).toBe(
    createHash('sha256').update(film).digest('hex'),
  );
  await viewer.watch.webSeed(bad.host, 'failed', 'bad-data');
  await expect(viewer.watch.paidSat).toHaveAttribute('data-value', '0');

  await good.stop();
  await bad.stop();
});
