/** There is no connection to the database yet, or no more. Nothing was written; the same call may work later. */
export class DatabaseUnavailableException extends Error {
  constructor(options?: ErrorOptions) {
    super('The database is not available', options);
    this.name = 'DatabaseUnavailableException';
  }
}
