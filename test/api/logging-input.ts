import { IsInt, Min } from 'class-validator';

/** What `logging` takes. */
export class LoggingInput {
  @IsInt()
  @Min(0)
  lines = 0;
}
