import { readFileSync } from 'node:fs';

/** String variables by name, such as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Text of a variable, absent when it is not set, or what is wrong with where it is set. */
export interface ReadVariable {
  readonly text?: string;
  readonly problem?: string;
}

/**
 * Reads `name` from the environment, or from the file that `name_FILE` names (as Docker secrets are given).
 * The empty string means not set.
 */
export function readVariable(environment: Environment, name: string): ReadVariable {
  const text = environment[name] || undefined;
  const file = environment[`${name}_FILE`] || undefined;
  if (file === undefined) {
    return { text };
  }
  if (text !== undefined) {
    return { problem: `${name} and ${name}_FILE are both set, only one may be` };
  }
  return readFile(name, file);
}

function readFile(name: string, file: string): ReadVariable {
  try {
    return { text: readFileSync(file, 'utf8').replace(/\r?\n$/, '') || undefined };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { problem: `${name}_FILE names a file that cannot be read (${code})` };
  }
}
