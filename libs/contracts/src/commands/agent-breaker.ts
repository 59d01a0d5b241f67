import { IsInt, IsISO8601, IsString, Min } from 'class-validator';
import { parseJsonObject } from '../validation/parse-json.js';
import { validateContract } from '../validation/validate-contract.js';

/**
 * What the bucket `AGENT_STATES` holds under `<agent>.breaker`: too many attempts have failed in a row. Nothing is run
 * until `open_until`; from then on one run at a time, until one succeeds (the key goes) or fails (it opens again).
 */
export class AgentBreaker {
  /** ISO 8601. */
  @IsISO8601()
  open_until: string;

  /** Failed attempts in a row. */
  @IsInt()
  @Min(1)
  failures: number;

  /** Of the newest of them. */
  @IsString()
  last_error: string;

  /** Milliseconds that it was opened for the last time; doubles with each attempt that fails again. */
  @IsInt()
  @Min(1)
  pause_ms: number;
}

/** @throws ContractViolation when the value is none. */
export function parseAgentBreaker(data: Uint8Array): AgentBreaker {
  return validateContract(AgentBreaker, parseJsonObject(data), { unknownFields: 'drop' });
}
