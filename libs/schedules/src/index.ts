export { CronInstants } from './cron-instants.js';
export { definitionOfDeclaration } from './definition-of-declaration.js';
export type { Instants } from './instants.js';
export { instantsOf, millisecondsOf } from './instants-of.js';
export { clockMark, localTime } from './local-time.js';
export { isSameTiming, timingOf } from './timing-of.js';
export { type BookedSchedule, type BookListener, ScheduleBook } from './schedule-book.js';
