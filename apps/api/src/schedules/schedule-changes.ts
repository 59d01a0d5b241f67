import {
  ContractViolation,
  parseStoredSchedule,
  type PutScheduleAnswer,
  type ScheduleCommand,
  type ScheduleCommandAnswer,
  ScheduleDefinition,
  scheduleKey,
  type SchedulePause,
  schedulePauseKey,
} from '#contracts';
import { instantsOf, isSameTiming } from '#schedules';
import { ConflictException, Injectable, Logger } from '@nestjs/common';
import { KnownAgents } from '../agents/known-agents.js';
import { nextFire } from './schedule-list.js';
import { ScheduleStore } from './schedule-store.js';
import { ScheduleWatch } from './schedule-watch.js';

const LARGEST_INPUT_BYTES = 64 * 1_024;

/** Makes, changes, pauses and deletes schedules, in the bucket that schedulers watch. */
@Injectable()
export class ScheduleChanges {
  private readonly logger = new Logger(ScheduleChanges.name);

  constructor(
    private readonly store: ScheduleStore,
    private readonly schedules: ScheduleWatch,
    private readonly agents: KnownAgents,
  ) {}

  /**
   * Makes a schedule, or puts this one in the place of another that was made so. With the same instants it goes on
   * where it was; with others it begins anew, now.
   * @throws ContractViolation, NotFoundException, ConflictException, BrokerUnavailableException
   */
  async put(wanted: ScheduleDefinition): Promise<PutScheduleAnswer> {
    const nowMs = Date.now();
    refuseUnusable(wanted, nowMs);
    await this.agents.assertKnown(wanted.agent);
    const key = scheduleKey(wanted.agent, wanted.name);
    this.refuseFromCode(key, 'It is declared in code, and can only be paused and resumed');
    const before = readable(await this.store.get(key));
    const timed_since =
      before?.timed_since !== undefined && isSameTiming(before, wanted)
        ? before.timed_since
        : new Date(nowMs).toISOString();
    const schedule = Object.assign(new ScheduleDefinition(), wanted, { timed_since });
    await this.store.put(key, schedule);
    this.logger.log({ schedule: key, by: wanted.made_by }, 'A schedule was stored');
    return { schedule, created: before === undefined, next_fire: nextFire(schedule, nowMs) };
  }

  /** @throws NotFoundException, BrokerUnavailableException */
  async pause({ agent, schedule, by, reason }: ScheduleCommand): Promise<ScheduleCommandAnswer> {
    await this.schedules.get(scheduleKey(agent, schedule));
    const key = schedulePauseKey(agent, schedule);
    const changed = (await this.store.get(key)) === undefined;
    if (changed) {
      const pause: SchedulePause = {
        at: new Date().toISOString(),
        ...(by !== undefined && { by }),
        ...(reason !== undefined && { reason }),
      };
      await this.store.put(key, pause);
      this.logger.log({ agent, schedule, by }, 'A schedule was paused');
    }
    return { agent, schedule, changed };
  }

  /** @throws NotFoundException, BrokerUnavailableException */
  async resume({ agent, schedule, by }: ScheduleCommand): Promise<ScheduleCommandAnswer> {
    const changed = await this.store.delete(schedulePauseKey(agent, schedule));
    if (changed) {
      this.logger.log({ agent, schedule, by }, 'A schedule was resumed');
    } else {
      await this.schedules.get(scheduleKey(agent, schedule));
    }
    return { agent, schedule, changed };
  }

  /** @throws NotFoundException, ConflictException, BrokerUnavailableException */
  async delete({ agent, schedule, by }: ScheduleCommand): Promise<ScheduleCommandAnswer> {
    const key = scheduleKey(agent, schedule);
    const changed = await this.store.delete(key);
    if (changed) {
      await this.store.delete(schedulePauseKey(agent, schedule));
      this.logger.log({ schedule: key, by }, 'A schedule was deleted');
    } else {
      this.refuseFromCode(key, 'It is declared in code: take it out there, or pause it');
      await this.schedules.get(key);
    }
    return { agent, schedule, changed };
  }

  private refuseFromCode(key: string, reason: string): void {
    if (this.schedules.find(key)?.source === 'code') {
      throw new ConflictException(reason);
    }
  }
}

function refuse(field: string, requirement: string): never {
  throw new ContractViolation([{ field, message: `${field} ${requirement}` }]);
}

/** @throws ContractViolation */
function refuseUnusable(wanted: ScheduleDefinition, nowMs: number): void {
  const instants = instantsOf(wanted);
  if (instants.next(nowMs) === Infinity) {
    refuse(wanted.at == null ? 'cron' : 'at', 'must be in the future');
  }
  if (wanted.timed_since !== undefined) {
    refuse('timed_since', 'is not a known field');
  }
  if (Buffer.byteLength(JSON.stringify(wanted.input ?? {})) > LARGEST_INPUT_BYTES) {
    refuse('input', `must be at most ${LARGEST_INPUT_BYTES} bytes of JSON`);
  }
}

/** What can't be read is replaced, as if it was not there. */
function readable(value: Uint8Array | undefined): ScheduleDefinition | undefined {
  try {
    return value === undefined ? undefined : parseStoredSchedule(value);
  } catch {
    return undefined;
  }
}
