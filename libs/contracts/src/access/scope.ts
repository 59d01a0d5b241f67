/** What a token or a user may do. `admin` may do everything; none of the others includes another one. */
export const SCOPES = ['ingest', 'read', 'operate', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** Whether who holds these scopes may do what needs the one. */
export function grants(held: readonly Scope[], needed: Scope): boolean {
  return held.includes(needed) || held.includes('admin');
}
