/** Control characters, and those that turn the direction of writing around, with which a text can look like another. */
const DECEPTIVE = /[\p{Cc}\u200E\u200F\u2028-\u202E\u2066-\u2069]+/gu;

/** A text in one line of at most `maxCharacters`. */
export function oneLine(text: string, maxCharacters: number): string {
  const line = text.replaceAll(DECEPTIVE, ' ').trim();
  return line.length > maxCharacters ? `${line.slice(0, maxCharacters).toWellFormed()}…` : line;
}

/** Several lines, each without control characters. */
export function plainLines(text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => line.replaceAll('\t', '  ').replaceAll(DECEPTIVE, ' '))
    .join('\n');
}
