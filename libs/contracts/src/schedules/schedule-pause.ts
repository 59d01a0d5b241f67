/** What a pause of a schedule says of itself, for people: the key alone counts. */
export interface SchedulePause {
  /** ISO 8601 */
  readonly at: string;
  readonly by?: string;
  readonly reason?: string;
}
