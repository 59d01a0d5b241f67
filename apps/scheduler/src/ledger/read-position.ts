import type { StoredMsg } from '@nats-io/jetstream';
import { type LedgerEntry, parseLedgerEntry } from '#contracts';
import type { LedgerPosition } from '../plan/planned-schedule.js';

/** Of a message of the ledger, live or looked up. */
export type LedgerMessage = Pick<StoredMsg, 'subject' | 'data' | 'seq' | 'time'>;

/** What a message of the ledger says, and whether that could be read. */
export interface ReadPosition {
  readonly key: string;
  readonly position: LedgerPosition;
  /** Of one that could not. */
  readonly problem?: string;
}

/**
 * Reads a message of the ledger. One that nobody understands counts as the end of its schedule at the time it was
 * stored: where it is the last word, the schedule begins anew after it.
 */
export function readPosition({ subject, data, seq, time }: LedgerMessage): ReadPosition {
  const [agent = '', schedule = ''] = subject.split('.').slice(-2);
  const key = `${agent}.${schedule}`;
  try {
    const entry = parseLedgerEntry(data);
    if (entry.agent !== agent || entry.schedule !== schedule) {
      throw new Error('it is on the subject of another schedule');
    }
    return { key, position: { sequence: seq, entry } };
  } catch (error) {
    const at = time.toISOString();
    const entry: LedgerEntry = {
      agent,
      schedule,
      fires: [],
      until: at,
      decided_at: at,
      decided_by: 'nobody',
    };
    return { key, position: { sequence: seq, entry }, problem: (error as Error).message };
  }
}
