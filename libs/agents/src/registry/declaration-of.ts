import {
  type AgentDeclaration,
  boundedInputSchema,
  ContractViolation,
  type InputSchema,
  parseAgentDeclaration,
} from '#contracts';
import type { AgentOptions, ScheduleOptions } from '../agent-options.js';
import { inputSchemaOf } from '../input-schema/input-schema-of.js';
import { cronProblem } from './cron-problem.js';

/**
 * The declaration that `@Agent` stands for, with its defaults filled in.
 * @throws ContractViolation naming every bad field.
 */
export function declarationOf(options: AgentOptions): AgentDeclaration {
  const { inputClass } = options;
  const declaration = completed(options, inputClass && inputSchemaOf(inputClass));
  refuseBadIsolation(options);
  return declaration;
}

/**
 * The declaration of an agent written in Python, with its defaults filled in.
 * @param declared what its worker says of it: fields of `@Agent`, or its name alone
 * @throws ContractViolation naming every bad field.
 */
export function pythonDeclarationOf(declared: unknown): AgentDeclaration {
  const fields: unknown = typeof declared === 'string' ? { name: declared } : Object(declared);
  const { inputSchema, ...options } = fields as AgentOptions & { readonly inputSchema?: InputSchema };
  return completed(
    { ...options, description: options.description ?? '', isolation: 'python' },
    inputSchema ?? undefined,
  );
}

function completed(options: AgentOptions, inputSchema?: InputSchema): AgentDeclaration {
  const declaration = parseAgentDeclaration({
    ...withDefaults(options),
    ...(inputSchema && { inputSchema }),
  });
  if (declaration.inputSchema != null) {
    declaration.inputSchema = boundedInputSchema(declaration.inputSchema);
  }
  refuseBadCrons(declaration);
  return declaration;
}

function withDefaults(options: AgentOptions): Record<string, unknown> {
  const {
    schedules = [],
    concurrency = 10,
    attemptLimit = 3,
    timeLimitMs = 3_600_000,
    retryDelayMs = 5_000,
    inputClass: _inputClass,
    command: _command,
    ...rest
  } = options;
  const completed = schedules.map(scheduleWithDefaults);
  return { ...rest, concurrency, attemptLimit, timeLimitMs, retryDelayMs, schedules: completed };
}

function scheduleWithDefaults(schedule: ScheduleOptions): ScheduleOptions {
  const { name = 'default', timeZone = 'UTC', ...rest } = schedule;
  return { ...rest, name, timeZone };
}

function refuseBadCrons({ schedules }: AgentDeclaration): void {
  const violations = schedules.flatMap(({ cron, timeZone }, index) => {
    const problem = cron == null ? undefined : cronProblem(cron, timeZone);
    const field = `schedules[${index}].cron`;
    return problem === undefined ? [] : [{ field, message: `${field} ${problem}` }];
  });
  if (violations.length > 0) {
    throw new ContractViolation(violations);
  }
}

function refuseBadIsolation({ isolation, command = [] }: AgentOptions): void {
  if (isolation === 'python') {
    throw new ContractViolation([
      { field: 'isolation', message: 'isolation python is for agents written in Python' },
    ]);
  }
  if ((isolation === 'command') !== command.length > 0) {
    const message = 'command must name a program exactly when isolation is command';
    throw new ContractViolation([{ field: 'command', message }]);
  }
}
