import { IsOptional, Matches, MaxLength } from 'class-validator';
import { IsAgentName } from '../tokens/agent-name.js';

/** Keeps executors from taking further runs of an agent. What runs goes on; what is asked for waits. */
export class PauseAgent {
  @IsAgentName()
  agent: string;

  /** Who asks for it, for people. */
  @IsOptional()
  @Matches(/^[^\p{Cc}]{1,200}$/u, { message: 'by must be 1 to 200 printable characters' })
  by?: string;

  @IsOptional()
  @MaxLength(1_000, { message: 'reason must be a text of at most 1000 characters' })
  reason?: string;
}

export interface PauseAgentAnswer {
  readonly agent: string;
  /** ISO 8601, since when. Of an agent that was paused already, the first time. */
  readonly paused_at: string;
}
