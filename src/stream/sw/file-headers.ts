import type { FileFacts, FileRef } from '../../shared/ports/range-port.ts';
import { contentTypeOf, type ContentType } from './content-type.ts';
import type { RangePlan } from './range.ts';

/** Headers of a file that strangers made: it must play, and must never run as our origin. */

/** Strong: an info hash and an index name the same bytes for ever. */
export const etagOf = ({ infoHash, file }: FileRef): string => `"${infoHash}-${file}"`;

/** Characters that RFC 5987 lets stand in an extended value. */
const extended = (name: string): string =>
  encodeURIComponent(name).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** File systems stop at 255 bytes; a longer name only makes a longer header. */
const MAX_NAME = 200;

/**
 * `inline` or `attachment` with the name in both spellings of RFC 6266. Control and direction marks, quotes,
 * and what file systems forbid are replaced.
 */
export const dispositionOf = (name: string, attachment: boolean): string => {
  const kind = attachment ? 'attachment' : 'inline';
  const clean = name.slice(0, MAX_NAME).replace(/[\p{Cc}\p{Cf}\p{Cs}"\\/:*?<>|]/gu, '_');
  if (clean === '') return kind;
  const ascii = clean.replace(/[^\x20-\x7e]/g, '_').replaceAll('%', '_');
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${extended(clean)}`;
};

/** An opened file may show itself and nothing else; nobody else may frame or embed it. */
const PASSIVE_POLICY =
  "default-src 'none'; media-src 'self'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'";
/** The viewer of the browser runs in the document's place, and a sandbox would keep it out. */
const PDF_POLICY = "frame-ancestors 'self'";
const ACTIVE_POLICY = "sandbox; default-src 'none'; frame-ancestors 'self'";

const policyOf = (type: string, active: boolean): string => {
  if (active) return ACTIVE_POLICY;
  return type === 'application/pdf' ? PDF_POLICY : PASSIVE_POLICY;
};

/** All headers of an answer to GET or HEAD, 200, 206 or 416. */
export const fileHeaders = (
  ref: FileRef,
  facts: FileFacts,
  plan: RangePlan,
  download: boolean,
  { type, active }: ContentType = contentTypeOf(facts.name),
): Record<string, string> => {
  const common = {
    'Accept-Ranges': 'bytes',
    'Cache-Control': 'no-store',
    ETag: etagOf(ref),
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
  };
  if (plan.status === 416) {
    return { ...common, 'Content-Range': `bytes */${facts.length}`, 'Content-Length': '0' };
  }
  return {
    ...common,
    'Content-Type': type,
    'Content-Length': String(plan.end - plan.start),
    'Content-Disposition': dispositionOf(facts.name, download),
    'Content-Security-Policy': policyOf(type, active),
    ...(plan.status === 206
      ? { 'Content-Range': `bytes ${plan.start}-${plan.end - 1}/${facts.length}` }
      : {}),
  };
};
