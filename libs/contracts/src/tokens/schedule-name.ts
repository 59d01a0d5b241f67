/** What a schedule of an agent may be called. The bound keeps the request_id of a fire readable. */
export const SCHEDULE_NAME_PATTERN = /^[a-z0-9_]{1,50}$/;
