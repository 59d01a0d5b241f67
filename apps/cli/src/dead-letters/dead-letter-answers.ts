/** A dead letter, as the API lists it. */
export interface DeadLetter {
  readonly id: number;
  readonly stage: string;
  readonly reason: string;
  readonly stream: string;
  readonly sequence: number;
  readonly subject: string;
  readonly message_id: string | null;
  readonly stored_at: string;
  readonly dead_at: string;
  readonly payload_bytes: number;
}

export interface DeadLetterDetail extends DeadLetter {
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly payload_base64: string;
}

/** What came of sending letters again. */
export interface RedriveOutcome {
  readonly matched: number;
  readonly redriven: readonly {
    readonly id: number;
    readonly message_id: string;
    readonly is_new: boolean;
  }[];
  readonly skipped: readonly { readonly id: number; readonly reason: string }[];
}
