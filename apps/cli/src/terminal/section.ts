import { table } from './table.js';

/** A table under a title, after an empty line; nothing when there are no rows. */
export function section(title: string, rows: readonly (readonly string[])[]): string[] {
  return indented(title, table(rows));
}

/** JSON under a title; nothing when there is none. */
export function jsonSection(title: string, value: unknown): string[] {
  return value == null ? [] : indented(title, JSON.stringify(value, undefined, 2).split('\n'));
}

/** A remark that servers are away, when some are. */
export function awaySection(unavailable: readonly string[]): string[] {
  return unavailable.length === 0
    ? []
    : ['', `Away just now: ${unavailable.join(', ')}. Something may be missing here.`];
}

function indented(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}
