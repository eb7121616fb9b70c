export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const widthsOf = ({ head, rows }: Table): number[] =>
  head.map((name, at) => Math.max(name.length, ...rows.map((row) => row[at]?.length ?? 0)));

/** Names to the left, figures to the right. */
const align = (row: readonly string[], widths: readonly number[]): string =>
  widths
    .map((width, at) => {
      const cell = row[at] ?? '';
      return at === 0 ? cell.padEnd(width) : cell.padStart(width);
    })
    .join('  ')
    .trimEnd();

/** For a terminal. */
export const textTable = (table: Table): string => {
  const widths = widthsOf(table);
  const rule = widths.map((width) => '─'.repeat(width)).join('──');
  const lines = [table.head, ...table.rows].map((row) => align(row, widths));
  return [table.title, rule, lines[0], rule, ...lines.slice(1), rule].join('\n');
};

const cell = (text: string): string => text.replaceAll('|', '\\|');

/** For a Markdown document. */
export const markdownTable = ({ title, head, rows }: Table): string => {
  const line = (row: readonly string[]): string =>
    `| ${head.map((_, at) => cell(row[at] ?? '')).join(' | ')} |`;
  const rule = `| ${head.map((_, at) => (at === 0 ? '---' : '---:')).join(' | ')} |`;
  return [`**${title}**`, '', line(head), rule, ...rows.map(line)].join('\n');
};

/** A figure as people read it: few digits, thousands apart. */
export const figure = (value: number, digits = 2): string => {
  if (!Number.isFinite(value)) return '–';
  const fixed = value.toFixed(digits);
  const [whole = '', fraction] = fixed.split('.');
  const spaced = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return fraction === undefined ? spaced : `${spaced}.${fraction}`;
};
