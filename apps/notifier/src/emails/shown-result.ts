import { oneLine } from './plain.js';

/** A result as people read it. */
export interface ShownResult {
  readonly rank: number;
  readonly title: string;
  /** Absolute, http or https. */
  readonly link?: string;
  readonly score?: string;
  /** Everything else, as names and values. */
  readonly details: readonly (readonly [string, string])[];
}

const TITLES = ['title', 'name', 'label', 'headline'];
const SCORES = ['score', 'rating', 'points'];
const LINKS = ['url', 'link', 'href'];
const MAX_TITLE = 200;
const MAX_VALUE = 300;
const MAX_DETAILS = 12;

/** @param index of the result in the order of the agent, from 0 */
export function shownResult(item: unknown, index: number): ShownResult {
  const rank = index + 1;
  if (typeof item !== 'object' || item === null || Array.isArray(item)) {
    return { rank, title: textOf(item, MAX_TITLE), details: [] };
  }
  const fields = Object.entries(item as Record<string, unknown>);
  const [titleName, title] = firstOf(fields, TITLES, isShort);
  const [scoreName, score] = firstOf(fields, SCORES, isShort);
  const [linkName, address] = firstOf(fields, LINKS, (value) => webAddress(value) !== undefined);
  const link = webAddress(address);
  const others = fields.filter(
    ([name]) => name !== titleName && name !== scoreName && name !== linkName && name !== 'rank',
  );
  return {
    rank,
    title: title === undefined ? '' : textOf(title, MAX_TITLE),
    ...(link !== undefined && { link }),
    ...(score !== undefined && { score: textOf(score, MAX_VALUE) }),
    details: others
      .slice(0, MAX_DETAILS)
      .map(([name, value]) => [oneLine(name, MAX_VALUE), textOf(value, MAX_VALUE)] as const),
  };
}

function firstOf(
  fields: readonly [string, unknown][],
  names: readonly string[],
  isFit: (value: unknown) => boolean,
): [string, unknown] | [undefined, undefined] {
  const found = names
    .map((wanted) => fields.find(([name, value]) => name.toLowerCase() === wanted && isFit(value)))
    .find((field) => field !== undefined);
  return found ?? [undefined, undefined];
}

function isShort(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number';
}

/** Not one with a name or password in it, which makes an address look like another. */
function webAddress(value: unknown): string | undefined {
  const url = typeof value === 'string' ? URL.parse(value) : null;
  const isPlain = url !== null && url.username === '' && url.password === '';
  return isPlain && ['http:', 'https:'].includes(url.protocol) ? url.href : undefined;
}

function textOf(value: unknown, maxCharacters: number): string {
  if (typeof value === 'number' && !Number.isInteger(value)) {
    return String(Number(value.toPrecision(6)));
  }
  return oneLine(typeof value === 'string' ? value : JSON.stringify(value), maxCharacters);
}
