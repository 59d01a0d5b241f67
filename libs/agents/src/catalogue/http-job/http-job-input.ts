import { IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { IsRequestHeaders } from './is-request-headers.js';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** Input of `http_job`. */
export class HttpJobInput {
  @IsString({ message: 'url must be a text' })
  @MaxLength(4_096, { message: 'url must be at most 4096 characters' })
  url: string;

  @IsIn(METHODS, { message: `method must be one of ${METHODS.join(', ')}` })
  method: (typeof METHODS)[number] = 'GET';

  @IsOptional()
  @IsRequestHeaders()
  headers?: Record<string, string>;

  /** Sent as it is; say what it is in the header `Content-Type`. */
  @IsOptional()
  @IsString({ message: 'body must be a text' })
  @MaxLength(262_144, { message: 'body must be at most 262144 characters' })
  body?: string;

  /** Milliseconds for the whole request, redirects and body included. */
  @IsInt({ message: 'timeout_ms must be a whole number' })
  @Min(1, { message: 'timeout_ms must be at least 1' })
  @Max(60_000, { message: 'timeout_ms must be at most 60000' })
  timeout_ms = 10_000;

  /** A larger response fails the run. */
  @IsInt({ message: 'max_bytes must be a whole number' })
  @Min(0, { message: 'max_bytes must be at least 0' })
  @Max(10_485_760, { message: 'max_bytes must be at most 10485760' })
  max_bytes = 1_048_576;
}
