import type { NotificationRule } from '#contracts';
import type { Streak } from '../streaks/streak.js';

/** Whether the newest run of a streak is what a rule waits for. */
export function isOccasion({ on, times }: NotificationRule, { failures, failuresBefore }: Streak): boolean {
  switch (on) {
    case 'success':
      return failures === 0;
    case 'failure':
      return failures > 0;
    case 'recovery':
      return failures === 0 && failuresBefore > 0;
    case 'failures_in_a_row':
      return failures === times;
  }
}
