import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PYTHON_FOLDER } from './python-interpreter.js';

/**
 * A folder of Python agents as `python/` is one, with agents of a spec.
 * @param parent where it is made
 * @param agents the text of each `agent.py`, by the name of its folder
 * @returns its path
 */
export async function pythonFolder(parent: string, agents: Record<string, string>): Promise<string> {
  const folder = join(parent, 'python');
  await mkdir(join(folder, 'agents'), { recursive: true });
  await symlink(join(PYTHON_FOLDER, 'agent_platform'), join(folder, 'agent_platform'));
  for (const [name, text] of Object.entries(agents)) {
    await mkdir(join(folder, 'agents', name));
    await writeFile(join(folder, 'agents', name, 'agent.py'), text);
  }
  return folder;
}
