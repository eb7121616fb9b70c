/** The bundle for browsers; `LibClientClass` in library.ts is the part of it that is used. */
declare module 'webtorrent/dist/webtorrent.min.js' {
  const WebTorrent: unknown;
  export default WebTorrent;
}
