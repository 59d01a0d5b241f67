import { type AuditEntry, type CommandReply } from '#contracts';

const LONGEST = 300;
const DONE = 200;
const INTERNAL = 500;
/** Commands that change nothing, by the last word of their subject. */
const READING: ReadonlySet<string> = new Set(['list', 'preview']);
const TARGETS = ['request_id', 'agent', 'schedule'];

/** What is written down about a command; nothing when it changes nothing. Who sends it says who they are. */
export function commandAudit(
  subject: string,
  command: Record<string, unknown>,
  reply: CommandReply<object>,
): Omit<AuditEntry, 'id' | 'at'> | undefined {
  const action = subject.slice('commands.'.length);
  if (READING.has(action.slice(action.lastIndexOf('.') + 1)) || command['dry_run'] === true) {
    return undefined;
  }
  const target = TARGETS.flatMap((name) => (typeof command[name] === 'string' ? [command[name]] : [])).join(
    '/',
  );
  const status = reply.ok ? DONE : reply.problem.status;
  return {
    action,
    actor_kind: 'command',
    actor: (typeof command['by'] === 'string' ? command['by'] : 'unknown').slice(0, LONGEST),
    ...(target !== '' && { target: target.slice(0, LONGEST) }),
    outcome: outcomeOf(status),
    status,
  };
}

function outcomeOf(status: number): AuditEntry['outcome'] {
  if (status === DONE) {
    return 'done';
  }
  return status < INTERNAL ? 'refused' : 'failed';
}
