import { formatRoute, parseRoute, type Route } from './route.ts';

/** Follows `location.hash`. */
export class Router {
  route = $state.raw<Route>({ view: 'home' });
  /** Whether the user has moved since the page was opened: then headings take the focus. */
  moved = false;
  readonly #page: Window;

  constructor(page: Window) {
    this.#page = page;
    this.read();
    page.addEventListener('hashchange', () => {
      this.moved = true;
      this.read();
      page.scrollTo(0, 0);
    });
  }

  /** Takes the route from the address bar. */
  read(): void {
    this.route = parseRoute(this.#page.location.hash);
  }

  go(route: Route): void {
    this.#page.location.hash = formatRoute(route);
  }

  /** Like {@link go}, but "back" leads to where the user came from. */
  replace(route: Route): void {
    const { history, location } = this.#page;
    const { pathname, search } = location;
    history.replaceState(history.state, '', `${pathname}${search}${formatRoute(route)}`);
    this.moved = true;
    this.route = route;
  }
}
