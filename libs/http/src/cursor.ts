import { ContractViolation } from '#contracts';

/** Where a page ended, as text that callers can pass back and not read. */
export function encodeCursor(place: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/**
 * The same place again.
 * @param kinds of its parts, one by one
 * @throws ContractViolation naming `cursor` when it is none of ours
 */
export function decodeCursor<const K extends readonly ('string' | 'number')[]>(
  cursor: string,
  kinds: K,
): { [I in keyof K]: K[I] extends 'number' ? number : string } {
  const place = parsed(cursor);
  const fits =
    Array.isArray(place) &&
    place.length === kinds.length &&
    place.every((part, index) => isOfKind(part, kinds[index]));
  if (!fits) {
    throw new ContractViolation([
      { field: 'cursor', message: 'cursor must be the next_cursor of an earlier answer' },
    ]);
  }
  return place as { [I in keyof K]: K[I] extends 'number' ? number : string };
}

/** Numbers are ids and counts. */
function isOfKind(part: unknown, kind: 'string' | 'number' | undefined): boolean {
  return kind === 'number' ? Number.isSafeInteger(part) : typeof part === kind;
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
