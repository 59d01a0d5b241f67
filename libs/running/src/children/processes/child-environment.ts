/** What programs need to find their files, their language and their time. */
const ALLOWED = new Set(['PATH', 'LANG', 'TZ', 'HOME', 'TMPDIR']);

/**
 * The environment of children: an allow-list, so that no credential of the executor reaches the code of an agent.
 * @param own environment of the executor
 * @param further names that the operator allows as well
 */
export function childEnvironment(
  own: Readonly<Record<string, string | undefined>>,
  further: readonly string[],
): Record<string, string> {
  const isAllowed = (name: string): boolean =>
    ALLOWED.has(name) || name.startsWith('LC_') || further.includes(name);
  return Object.fromEntries(
    Object.entries(own).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && isAllowed(entry[0]),
    ),
  );
}
