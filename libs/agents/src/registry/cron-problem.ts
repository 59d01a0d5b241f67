import { CronTime } from 'cron';

/** What is wrong with a cron expression, or `undefined` when it is one that fires. */
export function cronProblem(cron: string, timeZone: string): string | undefined {
  const fields = cron.trim().split(/\s+/).length;
  if (fields !== 5 && fields !== 6) {
    return 'must have 5 fields, or 6 with seconds first';
  }
  try {
    const time = new CronTime(cron, timeZone);
    return hasNext(time) ? undefined : 'never fires';
  } catch (error) {
    return `is not a cron expression: ${(error as Error).message}`;
  }
}

/** False for a date that never comes, such as 30 February. */
function hasNext(time: CronTime): boolean {
  try {
    time.sendAt();
    return true;
  } catch {
    return false;
  }
}
