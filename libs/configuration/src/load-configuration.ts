import { type ValidationError, validateSync } from 'class-validator';
import { ConfigurationError } from './configuration-error.js';
import { type Environment, readVariable } from './read-variable.js';
import { CONVERSION_RULE, UNREADABLE, type Variable, variablesOf } from './variables/variable.js';

/**
 * Makes a configuration from environment variables. Fields name their variable with `@TextVariable`,
 * `@IntegerVariable`, `@BooleanVariable` or `@UrlVariable`; their initialisers are the defaults; a field without
 * one is required unless it is `@IsOptional()`; any rule of class-validator may be added. Every variable `X` may
 * also come from the file that `X_FILE` names.
 * @param environment usually `process.env`
 * @throws ConfigurationError listing every bad or missing variable.
 */
export function loadConfiguration<T extends object>(
  configurationClass: new () => T,
  environment: Environment,
): T {
  const configuration = new configurationClass();
  const variables = variablesOf(configuration);
  const sourceProblems = new Map<string, string>();
  for (const variable of variables) {
    const { text, problem } = readVariable(environment, variable.name);
    if (problem !== undefined) {
      sourceProblems.set(variable.property, problem);
    } else if (text !== undefined) {
      Reflect.set(configuration, variable.property, variable.convert(text) ?? UNREADABLE);
    }
  }
  const errors = new Map(validateSync(configuration).map((error) => [error.property, error]));
  const problems = variables.flatMap((variable) => {
    const sourceProblem = sourceProblems.get(variable.property);
    return sourceProblem === undefined
      ? problemsOf(variable, errors.get(variable.property))
      : [sourceProblem];
  });
  if (problems.length > 0) {
    throw new ConfigurationError(problems);
  }
  return configuration;
}

function problemsOf({ name, property, requirement }: Variable, error: ValidationError | undefined): string[] {
  if (error === undefined) {
    return [];
  }
  const constraints = error.constraints ?? {};
  if (CONVERSION_RULE in constraints) {
    return [error.value === undefined ? `${name} is missing: it ${requirement}` : `${name} ${requirement}`];
  }
  return Object.values(constraints).map((message) => inTermsOf(name, property, message));
}

/** class-validator speaks of fields; an operator knows variables. */
function inTermsOf(name: string, property: string, message: string): string {
  return message.startsWith(`${property} `) ? name + message.slice(property.length) : `${name}: ${message}`;
}
