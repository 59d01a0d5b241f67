import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Max,
  MaxLength,
  Min,
} from 'class-validator';

/** Input of `top_results`. */
export class TopResultsInput {
  /** URL of a JSON Feed; the articles that come with the platform when absent. */
  @IsOptional()
  @IsString({ message: 'source must be a text' })
  @MaxLength(4_096, { message: 'source must be at most 4096 characters' })
  source?: string;

  /** What the readers care for, in their words. */
  @IsArray({ message: 'interests must be a list' })
  @ArrayMinSize(1, { message: 'interests must be at least 1' })
  @ArrayMaxSize(50, { message: 'interests must be at most 50' })
  @IsString({ each: true, message: 'interests must be texts' })
  @Length(1, 200, { each: true, message: 'interests must be 1 to 200 characters each' })
  interests: string[] = ['agents and workflows', 'language models', 'message queues', 'Postgres', 'security'];

  /** How many of the best are kept. */
  @IsInt({ message: 'limit must be a whole number' })
  @Min(1, { message: 'limit must be at least 1' })
  @Max(100, { message: 'limit must be at most 100' })
  limit = 20;

  /** Whether items that an earlier run has ranked are left out. */
  @IsBoolean({ message: 'only_new must be true or false' })
  only_new = true;
}
