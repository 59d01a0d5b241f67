import { hostname, userInfo } from 'node:os';

/** Who sends a command, for people. */
export function askedBy(): string {
  return `${nameOfUser()}@${hostname()}`.replaceAll(/\p{Cc}/gu, '?').slice(0, 200);
}

/** In a container there may be no name for the user. */
function nameOfUser(): string {
  try {
    return userInfo().username;
  } catch {
    return 'somebody';
  }
}
