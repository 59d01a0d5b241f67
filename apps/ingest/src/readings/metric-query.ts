import { AGENT_NAME_PATTERN, utcTimestamp } from '#contracts';
import { IsInt, IsOptional, Matches, Max, Min, ValidateBy } from 'class-validator';

const MAX_LIMIT = 1_000;

/** Property decorator: text that `utcTimestamp` takes. */
function IsTimestamp(): PropertyDecorator {
  return ValidateBy({
    name: 'isTimestamp',
    validator: {
      validate: (value: unknown) => utcTimestamp(value) !== undefined,
      defaultMessage: () => '$property must be an ISO 8601 date and time such as 2026-02-19T10:00:00Z',
    },
  });
}

/** The query of `GET /metrics`. All filters hold together. */
export class MetricQuery {
  @IsOptional()
  @Matches(AGENT_NAME_PATTERN, { message: 'agent_name must be 1 to 100 characters of a-z, 0-9 and _' })
  agent_name?: string;

  @IsOptional()
  @Matches(/^[^\0]{1,200}$/su, { message: 'metric_name must be 1 to 200 characters without NUL' })
  metric_name?: string;

  @IsOptional()
  @IsInt({ message: 'run_id must be a whole number' })
  @Min(1, { message: 'run_id must be at least 1' })
  @Max(Number.MAX_SAFE_INTEGER, { message: `run_id must be at most ${Number.MAX_SAFE_INTEGER}` })
  run_id?: number;

  /** Recorded at or after this. */
  @IsOptional()
  @IsTimestamp()
  from?: string;

  /** Recorded before this. */
  @IsOptional()
  @IsTimestamp()
  to?: string;

  @IsInt({ message: 'limit must be a whole number' })
  @Min(1, { message: 'limit must be at least 1' })
  @Max(MAX_LIMIT, { message: `limit must be at most ${MAX_LIMIT}` })
  limit = 100;

  /** `next_cursor` of the page before. */
  @IsOptional()
  @IsInt({ message: 'cursor must be the next_cursor of an earlier answer' })
  @Min(1, { message: 'cursor must be the next_cursor of an earlier answer' })
  @Max(Number.MAX_SAFE_INTEGER, { message: 'cursor must be the next_cursor of an earlier answer' })
  cursor?: number;
}
