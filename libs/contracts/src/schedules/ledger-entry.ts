import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  Min,
} from 'class-validator';
import { IsUtcTimestamp } from '../metrics/is-utc-timestamp.js';
import { IsAgentName } from '../tokens/agent-name.js';
import { SCHEDULE_NAME_PATTERN } from '../tokens/schedule-name.js';
import { parseJsonObject } from '../validation/parse-json.js';
import { ContractViolation } from '../validation/contract-violation.js';
import { validateContract } from '../validation/validate-contract.js';
import type { ScheduleTiming } from './schedule-timing.js';

/**
 * - `fired`: its request is published. `backfilled`: afterwards, because somebody asked for it.
 * - `queued`: waits for the run of the fire before; is `fired` later.
 * - `skipped`: the run of the fire before was going on. `paused`: the schedule was.
 * - `missed`: nobody was there at its time, and the schedule does not make up for it.
 */
export const FIRE_OUTCOMES = ['fired', 'backfilled', 'queued', 'skipped', 'paused', 'missed'] as const;
export type FireOutcome = (typeof FIRE_OUTCOMES)[number];

/** Most fires that one entry speaks of. Of more, the oldest are folded into one. */
export const MAX_ENTRY_FIRES = 500;

/** What became of one fire, or of many in a row that have nothing else to tell. */
export class LedgerFire {
  /** ISO 8601, the nominal instant; of many, the first one. */
  @IsUtcTimestamp()
  scheduled_for: string;

  @IsIn(FIRE_OUTCOMES)
  outcome: FireOutcome;

  @IsOptional()
  @MaxLength(500)
  reason?: string;

  /** Of the run that was asked for. */
  @IsOptional()
  @IsString()
  request_id?: string;

  /** Of many: how many at least, and the nominal instant of the last one. */
  @IsOptional()
  @IsInt()
  @Min(2)
  fires?: number;

  @IsOptional()
  @IsUtcTimestamp()
  scheduled_until?: string;
}

/**
 * A message of the stream `SCHEDULE_FIRES`. What it says of fires is decided by being stored; whoever reads it may have
 * to publish their requests, which is harmless to repeat. The other fields are the schedule's state from then on.
 */
export class LedgerEntry {
  @IsAgentName()
  agent: string;

  @Matches(SCHEDULE_NAME_PATTERN)
  schedule: string;

  @IsArray()
  @ArrayMaxSize(MAX_ENTRY_FIRES)
  fires: LedgerFire[];

  /** ISO 8601. Every fire up to this instant, included, is decided. */
  @IsUtcTimestamp()
  until: string;

  /** By which rule fires follow after `until`; absent when the schedule has ended. */
  @IsOptional()
  @IsObject()
  timing?: ScheduleTiming;

  /** The run of the last fire, as far as nobody knows it to be over. */
  @IsOptional()
  @IsString()
  last_request_id?: string;

  /** ISO 8601, when that run was asked for. */
  @IsOptional()
  @IsUtcTimestamp()
  last_fired_at?: string;

  /** ISO 8601, nominal instants of fires that wait for that run, oldest first. */
  @IsOptional()
  @IsArray()
  queued?: string[];

  /** ISO 8601. */
  @IsUtcTimestamp()
  decided_at: string;

  /** Which process decided. */
  @IsString()
  decided_by: string;
}

const TOLERANT = { unknownFields: 'drop' } as const;

/**
 * Reads a message of the ledger; fields of a newer version are left out.
 * @throws ContractViolation when it is none
 */
export function parseLedgerEntry(data: Uint8Array): LedgerEntry {
  const entry = validateContract(LedgerEntry, parseJsonObject(data), TOLERANT);
  entry.fires = entry.fires.map((fire) => validateContract(LedgerFire, Object(fire) as object, TOLERANT));
  if (entry.queued?.some((instant) => Number.isNaN(Date.parse(instant))) === true) {
    throw new ContractViolation([{ field: 'queued', message: 'queued must be instants' }]);
  }
  return entry;
}
