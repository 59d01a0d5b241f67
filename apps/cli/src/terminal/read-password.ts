import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import { Writable } from 'node:stream';
import { UsageError } from '../usage-error.js';

export interface PasswordStreams {
  readonly input: NodeJS.ReadStream;
  /** Where people are asked. */
  readonly output: NodeJS.WritableStream;
}

/**
 * Reads a new password: typed twice and not shown, or the first line of what comes in through a pipe. Never an argument,
 * which every process of the machine could read.
 * @throws UsageError when there is none, or when it is not typed the same twice
 */
export async function readNewPassword(
  question: string,
  { input, output }: PasswordStreams = { input: process.stdin, output: process.stderr },
): Promise<string> {
  if (!input.isTTY) {
    const [line = ''] = (await text(input)).split(/\r?\n/, 1);
    if (line === '') {
      throw new UsageError('The password is read from standard input, where there was none');
    }
    return line;
  }
  const typed = await typedUnseen(question, { input, output });
  if ((await typedUnseen('The same once more: ', { input, output })) !== typed) {
    throw new UsageError('These were two different passwords; nothing was changed');
  }
  return typed;
}

async function typedUnseen(question: string, { input, output }: PasswordStreams): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: nowhere, terminal: true, historySize: 0 });
  const given = new AbortController();
  lines.once('SIGINT', () => given.abort());
  lines.once('close', () => given.abort());
  output.write(question);
  try {
    return await lines.question('', { signal: given.signal });
  } catch {
    throw new UsageError('No password was given; nothing was changed');
  } finally {
    lines.close();
    output.write('\n');
  }
}
