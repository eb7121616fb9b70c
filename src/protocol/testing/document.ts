import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What docs/protocol.md says in its tables, for tests that hold the code against it. */

/** One field of a message as the document writes it. */
export interface DocumentField {
  readonly name: string;
  /** Bytes of a number; 0 when the field is bytes. */
  readonly width: number;
  /** Least and most bytes of a field that is bytes; also `orEmpty` of them none. */
  readonly bytes: readonly [least: number, most: number];
  readonly orEmpty: boolean;
  /** Names of the values of a number, in order. */
  readonly names: readonly string[];
  /** There only when the flag before it is 1. */
  readonly optional: boolean;
}

export interface DocumentMessage {
  readonly number: number;
  readonly type: string;
  readonly fields: readonly DocumentField[];
}

export interface DocumentError {
  readonly number: number;
  readonly code: string;
  readonly carriers: readonly string[];
}

const HERE = dirname(fileURLToPath(import.meta.url));
const TEXT = readFileSync(join(HERE, '../../../docs/protocol.md'), 'utf8');

const count = (text: string): number => Number(text.replaceAll(',', ''));
const unquoted = (text: string): string => text.replaceAll('`', '').trim();

/** The rows of the table whose head starts with these columns, cell by cell. */
const table = (...head: readonly string[]): readonly (readonly string[])[] => {
  const lines = TEXT.split('\n');
  const cells = (line: string): string[] =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
  const start = lines.findIndex((line) => {
    const found = cells(line);
    return head.every((name, at) => found[at] === name);
  });
  if (start < 0) throw new Error(`The document has no table ${head.join(' | ')}.`);
  const rows: string[][] = [];
  for (const line of lines.slice(start + 2)) {
    if (!line.startsWith('|')) break;
    rows.push(cells(line));
  }
  return rows;
};

const FIELD =
  /^(\w+) (?:u(8|32|64)|(0 or )?([\d,]+)(?:–([\d,]+))?)(?: \((.*)\))?( if the flag is 1)?$/;

const fieldOf = (text: string): DocumentField => {
  const [, name = '', width, orEmpty, least = '0', most = least, names, optional] =
    FIELD.exec(text) ?? [];
  if (name === '') throw new Error(`The document has a field that says ${text}.`);
  return {
    name,
    width: width === undefined ? 0 : Number(width) / 8,
    bytes: [count(least), count(most)],
    orEmpty: orEmpty !== undefined,
    names: (names ?? '')
      .split(', ')
      .map((part) => /^\d+ (\w+)$/.exec(part)?.[1] ?? '')
      .filter((part) => part !== ''),
    optional: optional !== undefined,
  };
};

export const documentMessages = (): readonly DocumentMessage[] =>
  table('no.', 'message').map(([number = '', type = '', , fields = '']) => ({
    number: Number(number),
    type: unquoted(type),
    fields: fields.split(' · ').map(fieldOf),
  }));

export const documentErrors = (): readonly DocumentError[] =>
  table('no.', 'code').map(([number = '', code = '', carriers = '']) => ({
    number: Number(number),
    code: unquoted(code),
    carriers: unquoted(carriers)
      .split(', ')
      .filter((name) => name !== '–'),
  }));

/** Least and most of the fields that do not take every value of their width. */
export const documentBounds = (): ReadonlyMap<string, readonly [number, number]> =>
  new Map(
    table('field', 'least').flatMap(([names = '', least = '', most = '']) =>
      unquoted(names)
        .split(', ')
        .map((name) => [name, [count(least), count(most)] as const] as const),
    ),
  );

/** The limits, by the names that they have in the code. */
export const documentLimits = (): ReadonlyMap<string, number> =>
  new Map(
    table('limit', 'value').map(([, value = '', name = '']) => [unquoted(name), count(value)]),
  );

/** The hello's fields: offset, bytes, name. */
export const documentHello = (): readonly (readonly [number, number, string])[] =>
  table('offset', 'bytes').map(([offset = '', bytes = '', name = '']) => [
    Number(offset),
    Number(bytes),
    name,
  ]);
