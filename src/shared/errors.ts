/**
 * The closed union of error codes. A code is stable: the UI, the logs and the tests key on it.
 * Codes that travel on the wire are listed with their numbers in protocol/errors.ts.
 */
export type ErrorCode =
  // general
  | 'internal'
  | 'aborted'
  | 'timeout'
  | 'bad-input'
  | 'not-found'
  | 'not-ready'
  | 'unsupported'
  | 'busy'
  // torrents and streams
  | 'bad-magnet'
  | 'bad-torrent'
  | 'no-peers'
  | 'range'
  // store
  | 'quota'
  | 'storage'
  // wallet and chain
  | 'insufficient-funds'
  | 'wallet-locked'
  | 'network'
  | 'rejected'
  | 'double-spend'
  | 'fee-too-low'
  // payments
  | 'over-budget'
  | 'price-too-high'
  | 'protocol'
  | 'bad-signature'
  | 'channel-unknown'
  | 'channel-closed';
