import { type Command, Option } from 'commander';
import { jsonObject } from '../options/json-object.js';
import { moment } from '../options/moment.js';
import { wholeNumber } from '../options/whole-number.js';

/** How a new run is to be. */
export interface NewRunOptions {
  readonly input?: string;
  readonly attemptLimit?: number;
  readonly runAt?: string;
  readonly priority?: string;
}

/** Adds the options of a new run. */
export function withNewRunOptions(command: Command): Command {
  return command
    .option('-i, --input <json>', 'its input, a JSON object, or @file')
    .option(
      '--attempt-limit <count>',
      "how often it is tried in all, instead of the agent's own",
      wholeNumber,
    )
    .option('--run-at <time>', 'not before this: ISO 8601, or +30m', moment)
    .addOption(
      new Option('--priority <priority>', 'high overtakes what waits with normal').choices([
        'normal',
        'high',
      ]),
    );
}

/** What was given, in the words of the API. @throws UsageError when the input is no JSON object */
export function newRunBody({ input, attemptLimit, runAt, priority }: NewRunOptions): object {
  return {
    ...(input !== undefined && { input: jsonObject(input, '--input') }),
    ...(attemptLimit !== undefined && { attempt_limit: attemptLimit }),
    ...(runAt !== undefined && { run_at: runAt }),
    ...(priority !== undefined && { priority }),
  };
}
