import { parseArgs } from 'node:util';
import { type Isolation, ISOLATIONS } from '#contracts';

/** What the bench can be told on its command line. */
export interface BenchOptions {
  readonly isolations: readonly Isolation[];
  /** Requests of the backlog. */
  readonly runs: Readonly<Record<Isolation, number>>;
  /** Requests for the latencies. */
  readonly samples: number;
  readonly perSecond: number;
  /** Path of the file that the results are written to. */
  readonly output: string | undefined;
}

/** @throws Error about an option that is not known or makes no sense */
export function benchOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', default: ISOLATIONS.join(',') },
      inline: { type: 'string', default: '20000' },
      process: { type: 'string', default: '5000' },
      python: { type: 'string', default: '5000' },
      command: { type: 'string', default: '200' },
      samples: { type: 'string', default: '300' },
      rate: { type: 'string', default: '20' },
      output: { type: 'string' },
    },
  });
  return {
    isolations: isolationsIn(values.only),
    runs: {
      inline: count('inline', values.inline),
      process: count('process', values.process),
      python: count('python', values.python),
      command: count('command', values.command),
    },
    samples: count('samples', values.samples),
    perSecond: count('rate', values.rate),
    output: values.output,
  };
}

function isolationsIn(text: string): Isolation[] {
  const wanted = text.split(',');
  const unknown = wanted.filter((each) => !ISOLATIONS.some((isolation) => isolation === each));
  if (unknown.length > 0) {
    throw new Error(`--only knows ${ISOLATIONS.join(', ')}, not ${unknown.join(', ')}`);
  }
  return ISOLATIONS.filter((isolation) => wanted.includes(isolation));
}

function count(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new Error(`--${option} must be a whole number of at least 1`);
  }
  return value;
}
