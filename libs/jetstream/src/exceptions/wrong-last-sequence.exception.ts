/** Another message reached the subject first: the compare-and-set publish was refused, nothing was stored. */
export class WrongLastSequenceException extends Error {
  constructor(subject: string, expected: number, options?: ErrorOptions) {
    super(`The last sequence of ${subject} is not ${expected}`, options);
    this.name = 'WrongLastSequenceException';
  }
}
