import { table } from '../terminal/table.js';
import type { TokenAnswer } from './token-answers.js';

export function tokenLines(tokens: readonly TokenAnswer[]): string[] {
  const rows = tokens.map((token) => [
    token.id,
    token.name,
    token.scopes.join(' '),
    token.agents?.join(' ') ?? 'all',
    standingOf(token),
    token.expires_at ?? 'never',
    `${token.created_at} by ${token.created_by}`,
  ]);
  return table([['ID', 'NAME', 'SCOPES', 'AGENTS', 'STATE', 'EXPIRES', 'MADE'], ...rows]);
}

function standingOf({ revoked, expires_at }: TokenAnswer): string {
  if (revoked) {
    return 'revoked';
  }
  return expires_at !== null && Date.parse(expires_at) <= Date.now() ? 'expired' : 'valid';
}
