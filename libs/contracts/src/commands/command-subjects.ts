/** Request-reply: where the api service takes what people and programs want done. */
export const COMMAND_SUBJECTS = {
  cancelRun: 'commands.runs.cancel',
  pauseAgent: 'commands.agents.pause',
  resumeAgent: 'commands.agents.resume',
  resetBreaker: 'commands.agents.reset_breaker',
  listDeadLetters: 'commands.dead_letters.list',
  redriveDeadLetters: 'commands.dead_letters.redrive',
  listSchedules: 'commands.schedules.list',
  putSchedule: 'commands.schedules.put',
  pauseSchedule: 'commands.schedules.pause',
  resumeSchedule: 'commands.schedules.resume',
  deleteSchedule: 'commands.schedules.delete',
  previewSchedule: 'commands.schedules.preview',
  backfillSchedule: 'commands.schedules.backfill',
} as const;
export type CommandSubject = (typeof COMMAND_SUBJECTS)[keyof typeof COMMAND_SUBJECTS];
