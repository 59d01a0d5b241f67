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
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
}
