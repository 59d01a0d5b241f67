/** The broker refused a publish for a reason that repeating it can't change, such as its size. */
export class PublishRefusedException extends Error {
  constructor(subject: string, description: string, options?: ErrorOptions) {
    super(`Publishing on ${subject} was refused: ${description}`, options);
    this.name = 'PublishRefusedException';
  }
}
