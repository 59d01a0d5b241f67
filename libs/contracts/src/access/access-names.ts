/** Key-value bucket: API tokens, one key per token id, value a `StoredToken`. */
export const API_TOKENS_BUCKET = 'API_TOKENS';

/** Key-value bucket: users of the api and the dashboard, one key per name, value a `StoredUser`. */
export const API_USERS_BUCKET = 'API_USERS';

/** Key-value bucket: who is logged in, one key per SHA-256 of a session's id, value a `StoredSession`. */
export const API_SESSIONS_BUCKET = 'API_SESSIONS';

/** Key-value bucket: logins that failed, one key per user and one per address. */
export const API_LOGINS_BUCKET = 'API_LOGINS';

/** Stream: what somebody changed, subjects `audit.<action>`, messages `AuditEntry`. */
export const AUDIT = 'AUDIT';
export const AUDIT_SUBJECTS = 'audit.>';

/** Durable consumer of the ingest service. */
export const INGEST_AUDIT = 'ingest-audit';
