import type { Platform } from '../api/platform-action.js';
import type { AskedRun } from './ask-for-run.js';
import { FollowedRun } from './followed-run.js';

export interface AskingOptions {
  readonly follow?: boolean;
  readonly json?: boolean;
}

/** Tells people, or a program, what was asked for; or follows it. @returns whether it went well, as far as it is known */
export async function tellAsked(
  platform: Platform,
  { answer, isRepeated }: AskedRun,
  { follow = false, json = false }: AskingOptions,
): Promise<boolean> {
  const { output, terminal } = platform;
  const id = answer.request_id;
  if (isRepeated) {
    terminal.line('warn', 'The same was asked for before: there is no second run');
  }
  if (follow) {
    terminal.line('info', `${answer.agent} was asked for: ${id}`);
    return await new FollowedRun(platform, id).follow({ json });
  }
  output.lines([json ? JSON.stringify(answer) : id]);
  return true;
}
