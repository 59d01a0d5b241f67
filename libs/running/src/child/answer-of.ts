import { type AgentOutput, NonRetryableError, RunOutput } from '#agents';
import { ContractViolation, metricProblems } from '#contracts';
import {
  type ErrorMessage,
  MAX_CHILD_LINE_BYTES,
  type ResultMessage,
} from '../children/protocol/child-message.js';

/** The line that ends a run well, or says why what the agent returned can't be kept. @param id of the attempt */
export function resultLine(id: string, output: AgentOutput): string {
  const { metrics, result } = RunOutput.from(output);
  const problems = metricProblems(metrics);
  if (problems.length > 0) {
    return refusal(id, `The agent returned what can not be stored: ${problems.join('; ')}`);
  }
  let line: string;
  try {
    line = JSON.stringify({ type: 'result', id, metrics, result } satisfies ResultMessage);
  } catch (error) {
    return refusal(id, `The result is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const bytes = Buffer.byteLength(line) + 1;
  return bytes <= MAX_CHILD_LINE_BYTES
    ? line
    : refusal(
        id,
        `Metrics and result take ${bytes} bytes; a run may have 1 MiB. Store large results elsewhere and return where`,
      );
}

/** The message that ends a run badly. @param id of the attempt, none when the child could not start */
export function errorMessage(id: string | undefined, error: unknown): ErrorMessage {
  const isError = error instanceof Error;
  return {
    type: 'error',
    ...(id !== undefined && { id }),
    error_type: isError ? error.name : 'Error',
    message: isError ? error.message : String(error),
    ...(isError && error.stack !== undefined && { trace: error.stack }),
    retryable: isRetryable(error),
  };
}

/** The same input is wrong at each attempt, and an agent may say that another one can't help. */
function isRetryable(error: unknown): boolean {
  return !(error instanceof ContractViolation || error instanceof NonRetryableError);
}

function refusal(id: string, message: string): string {
  const error: ErrorMessage = { type: 'error', id, error_type: 'Error', message, retryable: false };
  return JSON.stringify(error);
}
