/** A consumer at work. */
export interface RunningConsumer {
  /** Pulls in a row that the broker left unanswered; 0 when it is heard. */
  readonly silent: number;
  /** Starts over after a reconnect, when the broker has forgotten what it was asked for. */
  startOver(): void;
  /** Stops asking, waits for the handlers that run, settles their messages. Safe to call twice. */
  drain(): Promise<void>;
}
