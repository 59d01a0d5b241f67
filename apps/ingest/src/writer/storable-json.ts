/** A value that cannot even be written as JSON: too long, alone or together with its neighbours, or nested too deeply. */
export class UnstorableValueError extends Error {
  constructor(options?: ErrorOptions) {
    super('The message is too large or nested too deeply to be stored', options);
    this.name = 'UnstorableValueError';
  }
}

/** One escape of JSON text at a time, so that an escaped backslash is never taken for the beginning of another. */
const ESCAPE_PATTERN = /\\(?:u[0-9a-f]{4}|.)/g;
const UNSTORABLE_ESCAPE_PATTERN = /^\\u(?:0000|d[89a-f])/;

/**
 * JSON that Postgres can store: NUL characters and halves of surrogate pairs, which it refuses, become U+FFFD.
 * @throws UnstorableValueError
 */
export function storableJson(value: unknown): string {
  const json = stringify(value);
  // `JSON.stringify` escapes exactly the halves: whole pairs stand unescaped.
  if (!json.includes(String.raw`\u0000`) && !json.includes(String.raw`\ud`)) {
    return json;
  }
  return json.replaceAll(ESCAPE_PATTERN, (escape) =>
    UNSTORABLE_ESCAPE_PATTERN.test(escape) ? String.raw`\ufffd` : escape,
  );
}

/** The same for a plain text. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}

function stringify(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    throw cause instanceof RangeError ? new UnstorableValueError({ cause }) : cause;
  }
}
