import { NonRetryableError } from '../../non-retryable-error.js';

/** One entry of a JSON Feed. */
export interface FeedItem {
  readonly id: string;
  readonly title: string;
  /** Plain text; empty when the feed has none. */
  readonly text: string;
  readonly url?: string;
  readonly publishedAt?: string;
}

const MAX_ITEMS = 500;
const MAX_TITLE_LENGTH = 300;
const MAX_TEXT_LENGTH = 2_000;

/**
 * Reads a JSON Feed (jsonfeed.org): its first 500 items, each id once, long texts shortened.
 * @throws NonRetryableError when it is none
 */
export function parseFeed(text: string): FeedItem[] {
  const items = itemsOf(text);
  if (items === undefined) {
    throw new NonRetryableError('The source is not a JSON Feed: an object with a list of items');
  }
  const byId = new Map<string, FeedItem>();
  for (const [index, item] of items.slice(0, MAX_ITEMS).entries()) {
    const read = itemOf(item, index);
    if (!byId.has(read.id)) {
      byId.set(read.id, read);
    }
  }
  return [...byId.values()];
}

function itemsOf(text: string): unknown[] | undefined {
  try {
    const { items } = JSON.parse(text) as { items?: unknown };
    return Array.isArray(items) ? items : undefined;
  } catch {
    return undefined; // not JSON, or null
  }
}

function itemOf(item: unknown, index: number): FeedItem {
  const fields = (typeof item === 'object' && item !== null ? item : {}) as Record<string, unknown>;
  const id = textOf(fields.id, MAX_TITLE_LENGTH) ?? textOf(fields.url, MAX_TITLE_LENGTH);
  const text = textOf(fields.summary, MAX_TEXT_LENGTH) ?? textOf(fields.content_text, MAX_TEXT_LENGTH) ?? '';
  const title = textOf(fields.title, MAX_TITLE_LENGTH) ?? text.slice(0, 80);
  if (id === undefined || title === '') {
    throw new NonRetryableError(`Item ${index + 1} of the source has no id, or neither title nor text`);
  }
  const url = webAddress(fields.url);
  const publishedAt = textOf(fields.date_published, 40);
  return {
    id,
    title,
    text,
    ...(url !== undefined && { url }),
    ...(publishedAt !== undefined && { publishedAt }),
  };
}

function textOf(value: unknown, maxLength: number): string | undefined {
  if (typeof value !== 'string' || value.trim() === '') {
    return undefined;
  }
  return value.trim().slice(0, maxLength).toWellFormed();
}

/** Only what may become a link in an e-mail. */
function webAddress(value: unknown): string | undefined {
  const text = textOf(value, 2_000);
  return text !== undefined && /^https?:\/\//i.test(text) && URL.canParse(text) ? text : undefined;
}
