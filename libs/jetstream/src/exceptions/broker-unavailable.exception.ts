/** NATS can't be reached, did not answer in time, or has no stream for the subject. Whether a publish was stored is unknown. */
export class BrokerUnavailableException extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BrokerUnavailableException';
  }
}
