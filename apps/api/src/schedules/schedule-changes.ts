import {
  ContractViolation,
  parseScheduleDefinition,
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
import { ConflictException, Injectable, Logger, NotFoundException } from '@nestjs/common';
import { KnownAgents } from '../agents/known-agents.js';
import { nextFire } from './schedule-list.js';
import { ScheduleStore, type StoredValue } from './schedule-store.js';
import { ScheduleWatch } from './schedule-watch.js';

const LARGEST_INPUT_BYTES = 64 * 1_024;
const FROM_CODE = 'It is declared in code, and can only be paused and resumed';
/** Exactly one of them says when a schedule fires. */
const RULES = ['cron', 'every_ms', 'at'];
const MOST_TRIES = 5;

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
    this.refuseFromCode(key, FROM_CODE);
    const before = readable(await this.store.get(key));
    const schedule = timed(wanted, before, nowMs);
    await this.store.put(key, schedule);
    this.logger.log({ schedule: key, by: wanted.made_by }, 'A schedule was stored');
    return { schedule, created: before === undefined, next_fire: nextFire(schedule, nowMs) };
  }

  /**
   * Makes a schedule that is not there yet.
   * @throws ContractViolation, NotFoundException, ConflictException, BrokerUnavailableException
   */
  async create(wanted: ScheduleDefinition): Promise<ScheduleDefinition> {
    const nowMs = Date.now();
    refuseUnusable(wanted, nowMs);
    await this.agents.assertKnown(wanted.agent);
    const key = scheduleKey(wanted.agent, wanted.name);
    const schedule = timed(wanted, undefined, nowMs);
    if (this.schedules.find(key)?.source === 'code' || !(await this.store.create(key, schedule))) {
      throw new ConflictException(`There is a schedule ${key}`);
    }
    await this.schedules.untilSeen(key, (booked) => booked !== undefined);
    this.logger.log({ schedule: key, by: wanted.made_by }, 'A schedule was made');
    return schedule;
  }

  /**
   * Changes some of what a schedule says; null takes a field back to its default. A rule takes the place of the rule.
   * @throws ContractViolation, NotFoundException, ConflictException, BrokerUnavailableException
   */
  async change(
    { agent, schedule: name, by }: ScheduleCommand,
    changes: Readonly<Record<string, unknown>>,
  ): Promise<ScheduleDefinition> {
    const key = scheduleKey(agent, name);
    this.refuseFromCode(key, FROM_CODE);
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const found = await this.store.get(key);
      const before = readable(found);
      if (found === undefined || before === undefined) {
        throw new NotFoundException(`There is no schedule ${key}`);
      }
      const nowMs = Date.now();
      const wanted = withChanges(before, changes);
      refuseUnusable(wanted, nowMs);
      const schedule = timed(wanted, before, nowMs);
      if (await this.store.replace(key, schedule, found)) {
        const text = JSON.stringify(schedule);
        await this.schedules.untilSeen(key, (booked) => JSON.stringify(booked?.definition) === text);
        this.logger.log({ schedule: key, by }, 'A schedule was changed');
        return schedule;
      }
    }
    throw new ConflictException('Others change it at the same time');
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
      await this.schedules.untilSeen(scheduleKey(agent, schedule), (booked) => booked?.pause !== undefined);
      this.logger.log({ agent, schedule, by }, 'A schedule was paused');
    }
    return { agent, schedule, changed };
  }

  /** @throws NotFoundException, BrokerUnavailableException */
  async resume({ agent, schedule, by }: ScheduleCommand): Promise<ScheduleCommandAnswer> {
    const changed = await this.store.delete(schedulePauseKey(agent, schedule));
    if (changed) {
      await this.schedules.untilSeen(scheduleKey(agent, schedule), (booked) => booked?.pause === undefined);
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
      await this.schedules.untilSeen(key, (booked) => booked?.source !== 'stored');
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

/** With the same instants it goes on where it was; with others it begins anew. */
function timed(
  wanted: ScheduleDefinition,
  before: ScheduleDefinition | undefined,
  nowMs: number,
): ScheduleDefinition {
  const timed_since =
    before?.timed_since !== undefined && isSameTiming(before, wanted)
      ? before.timed_since
      : new Date(nowMs).toISOString();
  return Object.assign(new ScheduleDefinition(), wanted, { timed_since });
}

/** @throws ContractViolation when what comes of it is no schedule */
function withChanges(
  before: ScheduleDefinition,
  changes: Readonly<Record<string, unknown>>,
): ScheduleDefinition {
  const kept: Record<string, unknown> = { ...before };
  const ruled = RULES.some((rule) => changes[rule] != null) ? [...RULES, 'from'] : [];
  for (const field of ['timed_since', ...ruled, ...Object.keys(changes)]) {
    delete kept[field];
  }
  const given = Object.entries(changes).filter(([, value]) => value !== null);
  return parseScheduleDefinition({ ...kept, ...Object.fromEntries(given) });
}

/** What can't be read is replaced, as if it was not there. */
function readable(found: StoredValue | undefined): ScheduleDefinition | undefined {
  try {
    return found === undefined ? undefined : parseStoredSchedule(found.value);
  } catch {
    return undefined;
  }
}
