import { SCHEDULE_DEFAULTS, type ScheduleDeclaration, type ScheduleDefinition } from '#contracts';

/** A schedule that an agent declares in code, as one that was made at run time. */
export function definitionOfDeclaration(agent: string, declared: ScheduleDeclaration): ScheduleDefinition {
  const { name, cron, everyMs, from, at, timeZone, input } = declared;
  return {
    agent,
    name,
    ...(cron != null && { cron }),
    ...(everyMs != null && { every_ms: everyMs }),
    ...(from != null && { from }),
    ...(at != null && { at }),
    time_zone: timeZone,
    ...(input != null && { input }),
    missed_fires: declared.missedFires ?? SCHEDULE_DEFAULTS.missedFires,
    missed_window_ms: declared.missedWindowMs ?? SCHEDULE_DEFAULTS.missedWindowMs,
    missed_max: declared.missedMax ?? SCHEDULE_DEFAULTS.missedMax,
    overlap: declared.overlap ?? SCHEDULE_DEFAULTS.overlap,
    queue_max: declared.queueMax ?? SCHEDULE_DEFAULTS.queueMax,
  };
}
