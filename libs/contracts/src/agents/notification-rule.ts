import {
  ArrayMaxSize,
  IsArray,
  IsEmail,
  IsIn,
  IsInt,
  IsOptional,
  IsUrl,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';

/** What a rule waits for. `recovery`: the first success after a failure. */
const NOTIFICATION_OCCASIONS = ['success', 'failure', 'recovery', 'failures_in_a_row'] as const;
export type NotificationOccasion = (typeof NOTIFICATION_OCCASIONS)[number];

/** Who is told what about an agent's runs. */
export class NotificationRule {
  /** Unique within its agent. */
  @Matches(/^[a-z0-9_]{1,50}$/, { message: 'notification name must be 1 to 50 characters of a-z, 0-9 and _' })
  name: string;

  @IsIn(NOTIFICATION_OCCASIONS, { message: `on must be one of ${NOTIFICATION_OCCASIONS.join(', ')}` })
  on: NotificationOccasion;

  /** For `failures_in_a_row`: how many. */
  @IsInt({ message: 'times must be a whole number' })
  @Min(1, { message: 'times must be at least 1' })
  @Max(1_000, { message: 'times must be at most 1000' })
  times = 3;

  /** How many of the listed results are sent. */
  @IsInt({ message: 'top must be a whole number' })
  @Min(1, { message: 'top must be at least 1' })
  @Max(100, { message: 'top must be at most 100' })
  top = 5;

  /** Field of the run's result that holds the list; the whole result is sent when absent. */
  @IsOptional()
  @MaxLength(200, { message: 'results must be at most 200 characters' })
  results?: string;

  /** Addresses; the notifier's own default recipients when absent. */
  @IsOptional()
  @IsArray({ message: 'emails must be a list' })
  @ArrayMaxSize(20, { message: 'emails must be at most 20' })
  @IsEmail({}, { each: true, message: 'emails must be e-mail addresses' })
  emails?: string[];

  /** Told as well, or instead of e-mail when there are no `emails`. */
  @IsOptional()
  @IsUrl({ require_tld: false, protocols: ['http', 'https'] }, { message: 'webhook must be a URL' })
  webhook?: string;
}
