import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ownPythonFolder } from '#running';

/** The results of all benches, a section for each. */
export const RESULTS_FILE = join(ownPythonFolder(), '../bench/RESULTS.md');

const TITLE = '# Results of the benches\n';

/**
 * Puts the section of a bench in place of the one it wrote before; the other sections stay as they are.
 * @param bench the name that marks the section
 */
export async function writeSection(file: string, bench: string, section: string): Promise<void> {
  const before = await readFile(file, 'utf8').catch(() => TITLE);
  const [begin, end] = [`<!-- begin ${bench} -->`, `<!-- end ${bench} -->`];
  const marked = `${begin}\n\n${section.trim()}\n\n${end}`;
  const from = before.indexOf(begin);
  const to = before.indexOf(end, from);
  const after =
    from === -1 || to === -1
      ? `${before.trimEnd()}\n\n${marked}\n`
      : `${before.slice(0, from)}${marked}${before.slice(to + end.length)}`;
  await writeFile(file, after);
}
