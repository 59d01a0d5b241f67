import { PassThrough } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { UsageError } from '../usage-error.js';
import { type PasswordStreams, readNewPassword } from './read-password.js';

const PASSWORD = 'correct horse';

function streamsOf(isTTY: boolean): PasswordStreams & { shown: () => string; input: PassThrough } {
  const [input, output] = [Object.assign(new PassThrough(), { isTTY }), new PassThrough()];
  const chunks: string[] = [];
  output.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  return { input, output, shown: () => chunks.join('') } as never;
}

async function type(
  { input, shown }: ReturnType<typeof streamsOf>,
  question: string,
  keys: string,
): Promise<void> {
  await vi.waitFor(() => expect(shown()).toContain(question));
  input.write(keys);
}

describe('readNewPassword', () => {
  it('takes what is typed twice, and shows nothing of it', async () => {
    const streams = streamsOf(true);
    const read = readNewPassword('Password: ', streams);
    await type(streams, 'Password: ', `${PASSWORD}\r`);
    await type(streams, 'once more: ', `${PASSWORD}\r`);

    expect(await read).toBe(PASSWORD);
    expect(streams.shown()).toBe('Password: \nThe same once more: \n');
  });

  it.each([
    [`${PASSWORD}\r`, 'another\r', 'two different passwords'],
    [`${PASSWORD}\r`, '\u0003', 'No password was given'],
  ])('refuses what is not typed the same twice', async (first, second, reason) => {
    const streams = streamsOf(true);
    const read = readNewPassword('Password: ', streams);
    read.catch(() => undefined);
    await type(streams, 'Password: ', first);
    await type(streams, 'once more: ', second);

    await expect(read).rejects.toThrow(reason);
    await expect(read).rejects.toThrow(UsageError);
  });

  it('takes the first line of a pipe, and asks nobody', async () => {
    const streams = streamsOf(false);
    streams.input.end(`${PASSWORD}\nmore\n`);

    expect(await readNewPassword('Password: ', streams)).toBe(PASSWORD);
    expect(streams.shown()).toBe('');
  });

  it('refuses an empty pipe', async () => {
    const streams = streamsOf(false);
    streams.input.end('\n');

    await expect(readNewPassword('Password: ', streams)).rejects.toThrow('standard input');
  });
});
