/** What exists on the broker is not what this version wants. Never changed silently: a person decides. */
export class SettingsDriftException extends Error {
  /** @param differences lines such as `max_bytes: wanted 1, found 2` */
  constructor(
    readonly subject: string,
    readonly differences: readonly string[],
  ) {
    super(
      `${subject} exists with other settings:\n${differences.map((line) => `  ${line}`).join('\n')}\n` +
        'Change it with the nats CLI to what is wanted, or remove it, then start again.',
    );
    this.name = 'SettingsDriftException';
  }
}
