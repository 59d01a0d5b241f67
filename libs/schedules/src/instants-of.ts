import { ContractViolation, type ScheduleTiming, utcTimestamp } from '#contracts';
import { CronInstants } from './cron-instants.js';
import type { Instants } from './instants.js';
import { IntervalInstants } from './interval-instants.js';
import { SingleInstant } from './single-instant.js';

/**
 * The instants that follow from a rule.
 * @throws ContractViolation when its cron expression can't be read or never matches
 */
export function instantsOf({ cron, time_zone = 'UTC', every_ms, from, at }: ScheduleTiming): Instants {
  if (cron != null) {
    return cronInstants(cron, time_zone);
  }
  return every_ms == null
    ? new SingleInstant(millisecondsOf(at ?? ''))
    : new IntervalInstants(every_ms, from == null ? 0 : millisecondsOf(from));
}

/** Milliseconds since the epoch of a contract's timestamp, which means UTC when it names no zone. */
export function millisecondsOf(timestamp: string): number {
  return Date.parse(utcTimestamp(timestamp) ?? timestamp);
}

function cronInstants(cron: string, timeZone: string): CronInstants {
  const fields = cron.trim().split(/\s+/).length;
  try {
    if (fields !== 5 && fields !== 6) {
      throw new Error('must have 5 fields, or 6 with seconds first');
    }
    return new CronInstants(cron, timeZone);
  } catch (error) {
    const [reason = ''] = (error as Error).message.split('\n');
    throw new ContractViolation([{ field: 'cron', message: `cron can not be used: ${reason}` }]);
  }
}
