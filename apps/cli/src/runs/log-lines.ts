import type { ApiClient, Page } from '../api/api-client.js';
import { EventStream } from '../api/event-stream.js';
import { isFinalEvent } from './is-final-event.js';
import type { LogEvent, LogLine } from './run-answers.js';

/** What a run has written so far. */
export async function* storedLogs(
  client: ApiClient,
  path: string,
  attempt: number | undefined,
): AsyncGenerator<readonly LogLine[]> {
  for await (const { items } of client.pages<Page<LogLine>>(path, { attempt }, Infinity)) {
    yield items;
  }
}

/** What a run has written and will write, each line once, until it is over. */
export async function* followedLogs(client: ApiClient, path: string): AsyncGenerator<readonly LogLine[]> {
  let [lastAttempt, lastLine] = [0, -1];
  for await (const { event, data } of new EventStream(client, path).events()) {
    if (event === 'log') {
      // What is told from Postgres has ids that no stream can go on after: a reconnect tells it again.
      const lines = linesOf(data as LogEvent).filter(
        ({ attempt, line }) => attempt > lastAttempt || (attempt === lastAttempt && line > lastLine),
      );
      const last = lines.at(-1);
      [lastAttempt, lastLine] = last === undefined ? [lastAttempt, lastLine] : [last.attempt, last.line];
      yield lines;
    }
    if (isFinalEvent(event)) {
      return;
    }
  }
}

/** The lines that an event of a stream holds. */
export function linesOf({ attempt, first_line, entries }: LogEvent): LogLine[] {
  return entries.map((entry, index) => ({ attempt, line: first_line + index, ...entry }));
}
