import { CannotExecuteNotConnectedError, QueryFailedError, QueryRunnerAlreadyReleasedError } from 'typeorm';
import { DatabaseUnavailableException } from './database-unavailable.exception.js';

const SQL_STATE_PATTERN = /^[0-9A-Z]{5}$/;

/** Serialization failure and deadlock: the same transaction works when it is tried again. */
const TRANSIENT = new Set(['40001', '40P01']);

/** Classes of SQLSTATE that speak of the server: connection, login, missing database, resources, system, internal. */
const UNAVAILABLE_CLASSES = new Set(['08', '28', '3D', '53', '58', 'XX']);

/** Shutdown, crash and start-up; statement and lock timeouts; a standby, as after a failover. */
const UNAVAILABLE = new Set([
  '57P01',
  '57P02',
  '57P03',
  '57P05',
  '57014',
  '55P03',
  '25006',
  '25P03',
  '25P04',
]);

/** Classes of SQLSTATE that speak of the values: data exception, integrity constraint, program limit. */
const DATA_CLASSES = new Set(['22', '23', '54']);

/** What the system says of sockets and names. */
const SOCKET_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
]);

/** `pg` gives its own errors no code. A change of these texts is found by the specs on a real server. */
const CLIENT_MESSAGE_PATTERN =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error|Client was closed|Cannot use a pool after calling end|Called end on pool)/;

/** What TypeORM says when the connection is lost between two statements, or closed for good. */
const UNAVAILABLE_ERRORS = [
  DatabaseUnavailableException,
  QueryRunnerAlreadyReleasedError,
  CannotExecuteNotConnectedError,
];

/** The SQLSTATE that Postgres gave, if the error is one of its own. */
export function sqlStateOf(error: unknown): string | undefined {
  const code = codeOf(error);
  return code !== undefined && SQL_STATE_PATTERN.test(code) && !SOCKET_CODES.has(code) ? code : undefined;
}

/** The database could not be reached or could not work; the data is not to blame, and nothing may be given up for it. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (UNAVAILABLE_ERRORS.some((type) => error instanceof type)) {
    return true;
  }
  const state = sqlStateOf(error);
  if (state !== undefined) {
    return UNAVAILABLE.has(state) || UNAVAILABLE_CLASSES.has(state.slice(0, 2));
  }
  const cause = causeOf(error);
  if (cause instanceof AggregateError) {
    return cause.errors.some(isDatabaseUnavailable);
  }
  return (
    SOCKET_CODES.has(codeOf(error) ?? '') ||
    (cause instanceof Error && CLIENT_MESSAGE_PATTERN.test(cause.message))
  );
}

/** Two transactions met; the whole transaction may simply be tried again. */
export function isTransient(error: unknown): boolean {
  return TRANSIENT.has(sqlStateOf(error) ?? '');
}

/** Postgres refused the values themselves: the same statement with them can never work. */
export function isDataError(error: unknown): boolean {
  return DATA_CLASSES.has(sqlStateOf(error)?.slice(0, 2) ?? '');
}

function codeOf(error: unknown): string | undefined {
  const code = (causeOf(error) as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** What the driver threw. */
function causeOf(error: unknown): unknown {
  return error instanceof QueryFailedError ? error.driverError : error;
}
