import { styleText } from 'node:util';

type LogFields = Record<string, unknown>;

const LEVEL_STYLES = {
  fatal: 'red',
  error: 'red',
  warn: 'yellow',
  info: 'green',
  debug: 'gray',
  trace: 'gray',
} as const;

/** Takes JSON log lines and writes them for people: `12:30:05.250 INFO  RunWriter: Batch committed runs=3`. */
export class PrettyLines {
  constructor(private readonly output: NodeJS.WritableStream) {}

  /** @param line one JSON log line; anything else is passed on as it is */
  write(line: string): void {
    const fields = parse(line);
    this.output.write(fields === undefined ? line : `${this.format(fields)}\n`);
  }

  private format({ time, level, service, context, msg, err, ...facts }: LogFields): string {
    const name = String(level) as keyof typeof LEVEL_STYLES;
    const label = this.styled(LEVEL_STYLES[name] ?? 'gray', name.toUpperCase().padEnd(5));
    const origin = this.styled('cyan', String(context ?? service));
    const details = Object.entries(facts).map(([key, value]) =>
      this.styled('gray', `${key}=${asText(value)}`),
    );
    const text = msg === undefined ? [] : [asText(msg)];
    return (
      [`${String(time).slice(11, 23)} ${label} ${origin}:`, ...text, ...details].join(' ') + asStack(err)
    );
  }

  private styled(style: Parameters<typeof styleText>[0], text: string): string {
    return styleText(style, text, { stream: this.output });
  }
}

function parse(line: string): LogFields | undefined {
  try {
    return JSON.parse(line) as LogFields;
  } catch {
    return undefined;
  }
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function asStack(error: unknown): string {
  if (typeof error !== 'object' || error === null) {
    return error === undefined ? '' : ` ${asText(error)}`;
  }
  const { stack, message } = error as LogFields;
  return `\n${asText(stack ?? message ?? error)}`;
}
