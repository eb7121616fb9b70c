const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isOffer = (value: unknown): boolean =>
  isRecord(value) && isRecord(value['offer']) && typeof value['offer_id'] === 'string';

const isHash = (value: unknown): boolean => typeof value === 'string' && value.length === 20;

/** What is wrong with a client's message, so that the tracker cannot work with it. */
export const faultOf = (text: string): string | undefined => {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return 'not JSON';
  }
  if (!isRecord(message)) return 'not an object';
  const { action, info_hash: hash, peer_id: peer, offers } = message;
  if (action === 'announce') {
    if (!isHash(hash) || !isHash(peer)) return 'info_hash and peer_id must have 20 bytes';
    if (offers === undefined || offers === null) return undefined;
    return Array.isArray(offers) && offers.every(isOffer) ? undefined : 'offers are malformed';
  }
  if (action !== 'scrape') return 'unknown action';
  const hashes: unknown[] = Array.isArray(hash) ? hash : [hash];
  return hash === undefined || hashes.every(isHash) ? undefined : 'info_hash is malformed';
};
