/** Key of the metadata that `@Audited` sets. */
export const AUDITED = 'agent-platform:audited';
