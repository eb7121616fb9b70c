import type { FileFacts, FileRef } from '../../shared/ports/range-port.ts';
import { contentTypeOf, type ContentType } from './content-type.ts';
import { etagOf } from './file-headers.ts';
import type { Links } from './links.ts';
import { HEAD_LENGTH } from './sniff.ts';

/** Media types of files, by name and by their first bytes where those are held. */
export interface MediaTypes {
  of(profile: string, ref: FileRef, facts: FileFacts): Promise<ContentType>;
}

/** A file's bytes never change, so its type is found out once; about a library's worth of them. */
const MAX_KNOWN = 512;

export const createMediaTypes = (links: Links): MediaTypes => {
  const known = new Map<string, ContentType>();
  return {
    async of(profile, ref, facts) {
      const key = etagOf(ref);
      const before = known.get(key);
      if (before) return before;
      const link = links.known(profile);
      const length = Math.min(HEAD_LENGTH, facts.length);
      if (!link || length === 0) return contentTypeOf(facts.name);
      // Only what is held: a type is not worth buying a piece, nor waiting for one.
      const head = await link.ranges.call('read', { ...ref, offset: 0, length });
      if (!head.ok || head.value.length < length) return contentTypeOf(facts.name);
      const type = contentTypeOf(facts.name, head.value);
      if (known.size >= MAX_KNOWN) known.clear();
      known.set(key, type);
      return type;
    },
  };
};
