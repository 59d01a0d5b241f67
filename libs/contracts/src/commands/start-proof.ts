import { IsBoolean, IsOptional } from 'class-validator';
import { AskedBy } from './asked-by.js';

/** Compares streams, tables and daily summaries. The answer is a `JobStarted`. */
export class StartProof extends AskedBy {
  /** Recounts daily summaries that differ from what the rows add up to. */
  @IsOptional()
  @IsBoolean({ message: 'repair must be true or false' })
  repair?: boolean;
}
