/**
 * A strict reader of the text format of Prometheus, version 0.0.4: it throws at whatever a scraper
 * may refuse, and at what the format only discourages.
 */
export interface MetricFamily {
  readonly type: string;
  readonly help: string;
  readonly samples: {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
  }[];
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const TYPES = ['counter', 'gauge', 'histogram', 'summary', 'untyped'];
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|Inf)$|^NaN$/;

const readLabels = (text: string): Record<string, string> => {
  const labels: Record<string, string> = {};
  let rest = text;
  while (rest !== '') {
    const match = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/.exec(rest);
    if (match === null) throw new Error(`These are no labels: ${rest}`);
    const [whole, name = '', value = ''] = match;
    if (name in labels || name.startsWith('__'))
      throw new Error(`Label ${name} may not stand here.`);
    labels[name] = value.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));
    rest = rest.slice(whole.length);
  }
  return labels;
};

/** All families by name. @throws Error at the first line that is not as it must be. */
export const readMetrics = (text: string): ReadonlyMap<string, MetricFamily> => {
  if (!text.endsWith('\n')) throw new Error('The last line does not end.');
  const families = new Map<string, MetricFamily>();
  const seen = new Set<string>();
  let help: readonly [string, string] | null = null;
  let current: readonly [string, MetricFamily] | null = null;
  for (const line of text.slice(0, -1).split('\n')) {
    const comment = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line);
    if (comment !== null) {
      const [, kind, name = '', words = ''] = comment;
      if (!NAME.test(name)) throw new Error(`${name} is no name.`);
      if (kind === 'HELP') {
        if (families.has(name)) throw new Error(`${name} comes twice.`);
        help = [name, words];
      } else {
        if (help?.[0] !== name) throw new Error(`${name} has no help.`);
        if (!TYPES.includes(words)) throw new Error(`${words} is no type.`);
        current = [name, { type: words, help: help[1], samples: [] }];
        families.set(...current);
      }
      continue;
    }
    const sample = /^([^\s{]+)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (sample === null || current === null)
      throw new Error(`Not a sample: ${JSON.stringify(line)}`);
    const [, name = '', labelled = '', number = ''] = sample;
    const [family, { type, samples }] = current;
    const suffixes = type === 'histogram' ? ['_bucket', '_sum', '_count'] : ['', '_sum', '_count'];
    const names = type === 'histogram' || type === 'summary' ? suffixes : [''];
    if (!names.some((suffix) => name === family + suffix)) {
      throw new Error(`${name} stands among the samples of ${family}.`);
    }
    if (!NUMBER.test(number)) throw new Error(`${number} is no number.`);
    const value = Number(number.replace('Inf', 'Infinity'));
    if (type === 'counter' && !(value >= 0)) throw new Error(`${name} counts below nothing.`);
    const labels = readLabels(labelled);
    // A histogram's sum and count have the same labels under two names.
    const key = name + JSON.stringify(Object.entries(labels).sort());
    if (seen.has(key)) throw new Error(`${line} stands there twice.`);
    seen.add(key);
    samples.push({ labels, value });
  }
  return families;
};
