/**
 * Why a running attempt has to end before its agent does. `cancelled`: somebody asked for it. `fenced`: another
 * executor has taken the run over.
 */
export type InterruptionReason = 'timeout' | 'drain' | 'cancelled' | 'fenced';

/** The reason of the abort that an agent sees on its signal. */
export class Interruption extends Error {
  constructor(
    readonly reason: InterruptionReason,
    message: string,
    /** ISO 8601, when it was asked for. */
    readonly requestedAt = new Date().toISOString(),
  ) {
    super(message);
    this.name = 'Interruption';
  }
}
