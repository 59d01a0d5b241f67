import { ContractViolation, isFinal, parseJsonObject, parseRunEvent } from '#contracts';
import { type FinishedRun, isFinishedRun } from '../notices/finished-run.js';

const TYPES: ReadonlySet<unknown> = new Set(['succeeded', 'failed', 'reported']);

/**
 * Reads an event, if it ends a run in success or failure. Most events do not, and are not looked at closely; one that
 * can't be understood is nobody's news, and ingest sends it to the dead letters.
 */
export function readFinishedRun(subject: string, data: Uint8Array): FinishedRun | undefined {
  try {
    if (!TYPES.has(parseJsonObject(data)['type'])) {
      return undefined;
    }
    const event = parseRunEvent(subject, data);
    return isFinal(event) && isFinishedRun(event) ? event : undefined;
  } catch (error) {
    if (error instanceof ContractViolation) {
      return undefined;
    }
    throw error;
  }
}
