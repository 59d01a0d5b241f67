import { endWith } from '#configuration';
import { RefusedError } from './platform/refused-error.js';
import { UnavailableError } from './platform/unavailable-error.js';
import { UsageError } from './usage-error.js';

/** Exit codes of every command. */
export const EXIT_CODES = {
  ok: 0,
  failed: 1,
  badUsage: 2,
  /** `EX_UNAVAILABLE` of sysexits.h. */
  unavailable: 69,
} as const;

/** What RefusedErrors say in the numbers of HTTP. */
const BAD_REQUESTS = new Set([400, 413, 422]);
const SERVERS_AWAY = new Set([502, 503, 504]);

/**
 * Does the work of a command and ends the process, also when an agent has left timers or sockets behind.
 * @param work says whether it went well
 */
export async function endCommand(work: () => Promise<boolean>): Promise<never> {
  try {
    process.exit((await work()) ? EXIT_CODES.ok : EXIT_CODES.failed);
  } catch (error) {
    const exitCode = exitCodeOf(error);
    if (exitCode === undefined) {
      return endWith(error);
    }
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(exitCode);
  }
}

/** Of errors whose message is all that there is to say. */
function exitCodeOf(error: unknown): number | undefined {
  if (error instanceof RefusedError) {
    const { status } = error.problem;
    return BAD_REQUESTS.has(status)
      ? EXIT_CODES.badUsage
      : SERVERS_AWAY.has(status)
        ? EXIT_CODES.unavailable
        : EXIT_CODES.failed;
  }
  if (error instanceof UnavailableError) {
    return EXIT_CODES.unavailable;
  }
  return error instanceof UsageError ? EXIT_CODES.badUsage : undefined;
}
