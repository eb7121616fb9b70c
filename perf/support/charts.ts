/** Charts as SVG text: plain enough for any viewer, light and dark. */
export type Chart =
  | {
      readonly kind: 'bars';
      readonly title: string;
      readonly unit: string;
      readonly bars: readonly Bar[];
      /** A line to compare with. */
      readonly mark?: { readonly label: string; readonly value: number };
    }
  | {
      readonly kind: 'lines';
      readonly title: string;
      readonly unit: string;
      readonly xUnit: string;
      readonly lines: readonly Line[];
    };

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** Whiskers: what the single measurements were between. */
  readonly least?: number;
  readonly most?: number;
}

export interface Line {
  readonly label: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

const WIDTH = 720;
const COLOURS = ['#0b7a8a', '#c2691c', '#5b61b9', '#7a8a0b', '#a33a5e', '#4a4f57'];
const colour = (at: number): string => COLOURS[at % COLOURS.length] ?? '#4a4f57';

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (sign) => `&#${sign.codePointAt(0) ?? 0};`);

const text = (x: number, y: number, content: string, more = ''): string =>
  `<text x="${x}" y="${y}" ${more}>${escaped(content)}</text>`;

const page = (height: number, title: string, body: readonly string[]): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    '<g font-family="system-ui, sans-serif" font-size="13" fill="#1d2a33">',
    text(16, 26, title, 'font-size="15" font-weight="600"'),
    ...body,
    '</g></svg>',
  ].join('\n');

const short = (value: number): string =>
  Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(Math.abs(value) >= 10 ? 1 : 2);

/** Round steps for an axis that reaches `most`. */
export const ticksFor = (most: number): number[] => {
  if (!(most > 0) || !Number.isFinite(most)) return [0, 1];
  const rough = most / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((unit) => unit * power >= rough) ?? 10) * power;
  const count = Math.ceil(most / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, at) => at * step);
};

const LEFT = 190;
const RIGHT = 70;
const ROW = 34;

const barChart = (chart: Extract<Chart, { kind: 'bars' }>): string => {
  const { bars, mark } = chart;
  const finite = bars.flatMap(({ value, most }) => [value, most ?? value]).filter(Number.isFinite);
  const ticks = ticksFor(Math.max(...finite, mark?.value ?? 0, 0));
  const top = ticks.at(-1) ?? 1;
  const x = (value: number): number => LEFT + (Math.max(0, value) / top) * (WIDTH - LEFT - RIGHT);
  const foot = 48 + bars.length * ROW;
  const grid = ticks.flatMap((tick) => [
    `<line x1="${x(tick)}" y1="42" x2="${x(tick)}" y2="${foot}" stroke="#d8dfe4"/>`,
    text(x(tick), foot + 18, short(tick), 'text-anchor="middle" fill="#5a6872"'),
  ]);
  const rows = bars.flatMap(({ label, value, least, most }, at) => {
    const y = 50 + at * ROW;
    const drawn = Number.isFinite(value) ? value : 0;
    const whiskers =
      least === undefined || most === undefined
        ? []
        : [
            `<line x1="${x(least)}" y1="${y + 11}" x2="${x(most)}" y2="${y + 11}" stroke="#1d2a33"/>`,
          ];
    return [
      text(LEFT - 10, y + 15, label, 'text-anchor="end"'),
      `<rect x="${LEFT}" y="${y}" width="${x(drawn) - LEFT}" height="22" fill="${colour(at)}" opacity="0.85"/>`,
      ...whiskers,
      text(x(Math.max(drawn, most ?? 0)) + 6, y + 15, Number.isFinite(value) ? short(value) : '–'),
    ];
  });
  const marked =
    mark === undefined
      ? []
      : [
          `<line x1="${x(mark.value)}" y1="42" x2="${x(mark.value)}" y2="${foot}" stroke="#a33a5e" stroke-dasharray="4 3"/>`,
          text(x(mark.value), 40, mark.label, 'text-anchor="middle" fill="#a33a5e" font-size="11"'),
        ];
  const unit = text(WIDTH - RIGHT, foot + 36, chart.unit, 'text-anchor="end" fill="#5a6872"');
  return page(foot + 46, chart.title, [...grid, ...rows, ...marked, unit]);
};

const lineChart = (chart: Extract<Chart, { kind: 'lines' }>): string => {
  const all = chart.lines.flatMap(({ points }) => points);
  const xTicks = ticksFor(Math.max(...all.map(([at]) => at), 0));
  const yTicks = ticksFor(Math.max(...all.map(([, value]) => value), 0));
  const [wide, high] = [xTicks.at(-1) ?? 1, yTicks.at(-1) ?? 1];
  const x = (value: number): number => 64 + (value / wide) * (WIDTH - 64 - 24);
  const y = (value: number): number => 280 - (Math.max(0, value) / high) * 230;
  const grid = [
    ...yTicks.flatMap((tick) => [
      `<line x1="64" y1="${y(tick)}" x2="${WIDTH - 24}" y2="${y(tick)}" stroke="#d8dfe4"/>`,
      text(56, y(tick) + 4, short(tick), 'text-anchor="end" fill="#5a6872"'),
    ]),
    ...xTicks.map((tick) => text(x(tick), 298, short(tick), 'text-anchor="middle" fill="#5a6872"')),
  ];
  const lines = chart.lines.flatMap(({ label, points }, at) => [
    `<polyline fill="none" stroke="${colour(at)}" stroke-width="2" points="${points
      .map(([px, py]) => `${x(px).toFixed(1)},${y(py).toFixed(1)}`)
      .join(' ')}"/>`,
    `<rect x="${64 + at * 150}" y="318" width="12" height="12" fill="${colour(at)}"/>`,
    text(82 + at * 150, 329, label),
  ]);
  const units = [
    text(16, 44, chart.unit, 'fill="#5a6872"'),
    text(WIDTH - 24, 312, chart.xUnit, 'text-anchor="end" fill="#5a6872"'),
  ];
  return page(342, chart.title, [...grid, ...lines, ...units]);
};

export const chartSvg = (chart: Chart): string =>
  chart.kind === 'bars' ? barChart(chart) : lineChart(chart);
