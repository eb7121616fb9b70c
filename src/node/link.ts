/** Link that opens Watch with this magnet in any browser that can reach the same page. */
export const watchLink = (origin: string, magnet: string): string =>
  `${origin}/#/watch?magnet=${encodeURIComponent(magnet)}`;
