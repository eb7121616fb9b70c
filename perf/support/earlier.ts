import { figure, type Table } from './table.ts';

/** What earlier systems published about themselves, measured on machines of their own. */
interface Published {
  readonly what: string;
  readonly theirs: string;
  /** Where ours is: scenario, metric, digits to show. */
  readonly ours: readonly [scenario: string, metric: string, digits: number];
}

const PUBLISHED: readonly Published[] = [
  {
    what: 'payment events a second (theirs unsigned and in memory)',
    theirs: '1,366',
    ours: ['engine', 'sustainedEventsPerSecond', 0],
  },
  {
    what: 'event to paid at 1,500 events/s, average, ms',
    theirs: '266',
    ours: ['engine', 'avgMs', 1],
  },
  {
    what: 'the same with their batches of 50 events or 250 ms, in our engine',
    theirs: '266',
    ours: ['engine', 'fixedAvgMs', 1],
  },
  {
    what: 'bytes kept for 3,000 events',
    theirs: '1,870,000',
    ours: ['engine', 'bytesPer3000Events', 0],
  },
  {
    what: 'payments for a download of 100 MB',
    theirs: '6,400',
    ours: ['download-100mb', 'blocks', 0],
  },
  {
    what: 'payments over three downloads at once',
    theirs: '6,185',
    ours: ['concurrent-3', 'blocks', 0],
  },
  { what: 'payments from 20 leechers', theirs: '19,379', ours: ['swarm-20', 'blocks', 0] },
  { what: 'streams at once', theirs: '10', ours: ['torrents-10', 'titles', 0] },
  { what: 'ping p95 with 100 users, ms', theirs: '1.64', ours: ['ping', 'p95Ms', 2] },
  { what: 'metadata p50, ms', theirs: '75', ours: ['metadata', 'coldP50Ms', 1] },
  { what: 'metadata p95, ms', theirs: '253', ours: ['metadata', 'coldP95Ms', 1] },
  { what: 'metadata requests', theirs: '877', ours: ['metadata', 'requests', 0] },
  { what: 'of them failed', theirs: '0', ours: ['metadata', 'errors', 0] },
  {
    what: 'readers of a title that still downloads',
    theirs: 'never run',
    ours: ['streaming-load', 'readers', 0],
  },
];

/** Their figures beside ours of this run. */
export const earlierTable = (
  valueOf: (scenario: string, metric: string) => number | undefined,
): Table => ({
  title: 'What earlier systems published, beside ours',
  head: ['figure', 'theirs', 'ours'],
  rows: PUBLISHED.map(({ what, theirs, ours: [scenario, metric, digits] }) => {
    const value = valueOf(scenario, metric);
    return [what, theirs, value === undefined ? 'not measured' : figure(value, digits)];
  }),
});
