import { createInterface } from 'node:readline/promises';
import { UsageError } from '../usage-error.js';

export interface ConfirmOptions {
  /** Whether `--yes` was given: then nobody is asked. */
  readonly yes: boolean;
  /** What else can be done where nobody can be asked, such as `--dry-run changes nothing`. */
  readonly otherwise?: string;
}

/**
 * Asks on the terminal whether to go on; resolves when the answer is yes.
 * @throws UsageError when it is not, or when nobody can be asked
 */
export async function confirm(question: string, { yes, otherwise }: ConfirmOptions): Promise<void> {
  if (yes) {
    return;
  }
  if (!process.stdin.isTTY) {
    const rest = otherwise === undefined ? '' : `; ${otherwise}`;
    throw new UsageError(`--yes must be given, because nobody can be asked here${rest}`);
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await lines.question(`${question} [y/N] `);
  lines.close();
  if (!/^y(es)?$/i.test(answer.trim())) {
    throw new UsageError('Nothing was changed');
  }
}
