import type { FeedItem } from './feed-item.js';
import type { ScoredItem } from './scored-item.js';

/** How much a word in the title counts more than one in the text. */
const TITLE_WEIGHT = 3;
/** Of BM25: how soon further occurrences of a word stop to count. */
const SATURATION = 1.2;
/** The sum at which a score is 50. */
const HALF_SCORE = 4;
const MOST_NAMED = 4;
const WORD = /[\p{L}\p{N}][\p{L}\p{N}.+#-]*/gu;
const FILLERS = new Set([
  'a',
  'an',
  'and',
  'at',
  'for',
  'from',
  'how',
  'in',
  'is',
  'it',
  'of',
  'on',
  'or',
  'the',
  'to',
  'with',
]);

/**
 * Scores items by the words that they share with the interests; rare words count more than common ones (BM25). The
 * same items and interests always get the same scores.
 */
export function scoreByKeywords(items: readonly FeedItem[], interests: readonly string[]): ScoredItem[] {
  const wanted = [...new Set(interests.flatMap(wordsOf).map(stem))];
  const shown = new Map(interests.flatMap(wordsOf).map((word) => [stem(word), word]));
  const counts = items.map(countsOf);
  const weights = new Map(wanted.map((word) => [word, rarity(word, counts)]));
  return items.map((item, index) => {
    const found = wanted
      .map((word) => ({ word, value: (weights.get(word) ?? 0) * saturated(counts[index]?.get(word) ?? 0) }))
      .filter(({ value }) => value > 0)
      .toSorted((one, other) => other.value - one.value);
    const sum = found.reduce((total, { value }) => total + value, 0);
    return {
      item,
      score: Math.round((100 * sum) / (sum + HALF_SCORE)),
      reason: reasonOf(found.map(({ word }) => shown.get(word) ?? word)),
    };
  });
}

function reasonOf(words: readonly string[]): string {
  return words.length === 0
    ? 'Shares no word with the interests'
    : `About ${words.slice(0, MOST_NAMED).join(', ')}`;
}

function countsOf({ title, text }: FeedItem): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const add = (words: readonly string[], weight: number): void => {
    for (const word of words.map(stem)) {
      counts.set(word, (counts.get(word) ?? 0) + weight);
    }
  };
  add(wordsOf(title), TITLE_WEIGHT);
  add(wordsOf(text), 1);
  return counts;
}

function rarity(word: string, counts: readonly ReadonlyMap<string, number>[]): number {
  const withWord = counts.filter((each) => each.has(word)).length;
  return Math.log(1 + (counts.length - withWord + 0.5) / (withWord + 0.5));
}

function saturated(count: number): number {
  return (count * (SATURATION + 1)) / (count + SATURATION);
}

/** In lower case, without those that say nothing. */
function wordsOf(text: string): string[] {
  const words = text.normalize('NFKC').toLowerCase().match(WORD) ?? [];
  return words.map((word) => word.replace(/[.-]+$/, '')).filter((word) => !FILLERS.has(word));
}

/** Singular and plural become one word, which may be none of a dictionary. */
function stem(word: string): string {
  return /[^su]s$/.test(word) && word.length > 3 ? word.slice(0, -1) : word;
}
