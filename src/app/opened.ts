import { sourceOfUrl, withoutSource } from './model/source.ts';
import { formatRoute } from './router/route.ts';
import type { Router } from './router/router.svelte.ts';

/**
 * A page opened by a `magnet:` or `web+rivulet:` link or by the share target goes to that torrent.
 * The parameter leaves the address, so that a reload does not open it again.
 */
export const openedWith = (page: Window, router: Router): void => {
  const url = new URL(page.location.href);
  const source = sourceOfUrl(url);
  const rest = withoutSource(url);
  if (rest.href === url.href) return;
  if (source !== null) rest.hash = formatRoute({ view: 'link', source });
  page.history.replaceState(page.history.state, '', rest);
  router.read();
};
