/** The bundle for browsers, whose types are not published; src/swarm/library.ts types what is used. */
declare module 'webtorrent/dist/webtorrent.min.js' {
  const WebTorrent: unknown;
  export default WebTorrent;
}
