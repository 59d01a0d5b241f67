/** Why a running attempt has to end before its agent does. `fenced`: another executor has taken the run over. */
export type InterruptionReason = 'timeout' | 'drain' | 'fenced';

/** The reason of the abort that an agent sees on its signal. */
export class Interruption extends Error {
  constructor(
    readonly reason: InterruptionReason,
    message: string,
  ) {
    super(message);
    this.name = 'Interruption';
  }
}
