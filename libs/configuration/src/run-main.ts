import { ConfigurationError } from './configuration-error.js';

/** `EX_CONFIG` of sysexits.h. */
const BAD_CONFIGURATION = 78;

/**
 * Runs the main function of a program. When it fails the program ends: with 78 and every bad variable by name when
 * the configuration is to blame, otherwise with 1 and the error.
 */
export function runMain(main: () => Promise<void>): void {
  main().catch(endWith);
}

/** Ends the program because of an error that it can't go on with. */
export function endWith(error: unknown): never {
  if (error instanceof ConfigurationError) {
    process.stderr.write(`${error.message}\n`);
    process.exit(BAD_CONFIGURATION);
  }
  process.stderr.write(`${textOf(error)}\n`);
  process.exit(1);
}

/** What people can act on is in messages; where in the code it happened matters only when the code is wrong. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  if (error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError) {
    return error.stack ?? error.message;
  }
  const reasons = error instanceof AggregateError ? error.errors : [error.cause];
  const texts = reasons
    .filter((reason) => reason !== undefined)
    .map((reason) => `  because: ${textOf(reason)}`);
  return [error.message, ...texts].join('\n');
}
