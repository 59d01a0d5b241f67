import { IsOptional, Matches } from 'class-validator';
import { IsRequestId } from '../tokens/request-id.js';

/** Ends a run, whether it waits or works. Repeating it changes nothing. */
export class CancelRun {
  @IsRequestId()
  request_id: string;

  /** Who asks for it, for people. */
  @IsOptional()
  @Matches(/^[^\p{Cc}]{1,200}$/u, { message: 'by must be 1 to 200 printable characters' })
  by?: string;
}

export interface CancelRunAnswer {
  readonly request_id: string;
  /** `running`: its executor knows, and the agent has not obeyed yet. Otherwise final, and so it stays. */
  readonly status: 'running' | 'success' | 'failed' | 'cancelled';
}
