import {
  parseScheduleDefinition,
  type PreviewedFire,
  PreviewSchedule,
  type PreviewScheduleAnswer,
  type ScheduleDefinition,
  scheduleKey,
} from '#contracts';
import { clockMark, type Instants, instantsOf, localTime, millisecondsOf } from '#schedules';
import { Injectable } from '@nestjs/common';
import { ScheduleWatch } from './schedule-watch.js';

const MAX_NAMED = 20;

/** Says when a schedule will fire, and what else fires then. */
@Injectable()
export class SchedulePreview {
  /** Of the others: to read thousands of expressions takes longer than to look for their instants. */
  private readonly known = new WeakMap<ScheduleDefinition, Instants>();

  constructor(private readonly schedules: ScheduleWatch) {}

  /** @throws ContractViolation, NotFoundException, BrokerUnavailableException */
  async preview({
    agent,
    schedule,
    definition,
    count,
    after,
  }: PreviewSchedule): Promise<PreviewScheduleAnswer> {
    const wanted =
      definition === undefined
        ? (await this.schedules.get(scheduleKey(agent ?? '', schedule ?? ''))).definition
        : parseScheduleDefinition(definition);
    const instants = instantsOf(wanted);
    const fires = nextInstants(instants, after === undefined ? Date.now() : millisecondsOf(after), count);
    const others = this.others(wanted, fires);
    const time_zone = wanted.time_zone;
    return {
      time_zone,
      fires: fires.map((instantMs): PreviewedFire => {
        const also = others.get(instantMs) ?? [];
        return {
          at: new Date(instantMs).toISOString(),
          local: localTime(instantMs, time_zone),
          mark: clockMark(instants, instantMs, time_zone),
          also: also.slice(0, MAX_NAMED),
          also_count: also.length,
        };
      }),
    };
  }

  /** Keys of the other schedules that fire at these instants; those that are paused don't. */
  private others({ agent, name }: ScheduleDefinition, fires: readonly number[]): Map<number, string[]> {
    const others = new Map<number, string[]>(fires.map((instantMs) => [instantMs, []]));
    for (const [key, { definition, pause }] of this.schedules.all()) {
      if (pause === undefined && key !== `${agent}.${name}`) {
        for (const instantMs of this.firesOf(definition, fires)) {
          others.get(instantMs)?.push(key);
        }
      }
    }
    return others;
  }

  private firesOf(definition: ScheduleDefinition, fires: readonly number[]): number[] {
    try {
      const instants = this.known.get(definition) ?? instantsOf(definition);
      this.known.set(definition, instants);
      return fires.filter((instantMs) => instants.next(instantMs - 1) === instantMs);
    } catch {
      return []; // schedulers leave it out, too
    }
  }
}

function nextInstants(instants: Instants, afterMs: number, count: number): number[] {
  const found: number[] = [];
  for (let at = instants.next(afterMs); found.length < count && at < Infinity; at = instants.next(at)) {
    found.push(at);
  }
  return found;
}
