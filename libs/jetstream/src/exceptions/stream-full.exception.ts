/** The stream refuses new messages because it is at its bound: backpressure, try again later. */
export class StreamFullException extends Error {
  constructor(subject: string, options?: ErrorOptions) {
    super(`The stream of ${subject} is full`, options);
    this.name = 'StreamFullException';
  }
}
