import { IsIn, IsOptional, Matches } from 'class-validator';
import type { DeadLetterStage } from '../streams/subjects.js';
import { IsAgentName } from '../tokens/agent-name.js';

const STAGES: readonly DeadLetterStage[] = ['requests', 'events', 'notifications'];

/** Which dead letters are meant. All conditions hold together. */
export class DeadLetterFilter {
  @IsOptional()
  @IsIn(STAGES, { message: `stage must be one of ${STAGES.join(', ')}` })
  stage?: DeadLetterStage;

  /** Part of the reason, in any case. */
  @IsOptional()
  @Matches(/^[^\0]{1,200}$/su, { message: 'reason_contains must be 1 to 200 characters without NUL' })
  reason_contains?: string;

  /** Requests for runs of this agent. */
  @IsOptional()
  @IsAgentName()
  agent?: string;
}
