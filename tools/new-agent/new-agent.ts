/**
 * `npm run new:agent my_agent`: writes an agent with its module, schedule and spec, and registers it.
 * Node runs this file as it is, so that it works before any build.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Stricter than what the platform allows, so that every name makes a class and a folder of its own. */
const NAME_PATTERN = /^(?=.{1,100}$)[a-z][a-z0-9]*(_[a-z0-9]+)*$/;
const ROOT = join(import.meta.dirname, '../..');
const TEMPLATES = join(import.meta.dirname, 'templates');
const CATALOGUE = 'libs/agents/src/catalogue';
const CATALOGUE_MODULE = `${CATALOGUE}/catalogue.module.ts`;

/** What the templates are filled with. */
interface Names {
  /** The agent's name, `my_agent`. */
  readonly name: string;
  /** Of its folder and files, `my`. */
  readonly file: string;
  /** Of its classes, `My`. */
  readonly class: string;
}

/** Something the caller must change; its message is all there is to say. */
class Refusal extends Error {}

function namesOf(name: string | undefined): Names {
  if (name === undefined) {
    throw new Refusal('Which agent? npm run new:agent my_agent');
  }
  if (!NAME_PATTERN.test(name)) {
    throw new Refusal(
      `"${name}" cannot be an agent's name: use words of a-z and 0-9 joined by _, a letter first, at most 100 characters`,
    );
  }
  const words = name.replace(/_agent$/, '').split('_');
  return {
    name,
    file: words.join('-'),
    class: words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(''),
  };
}

function refuseExisting({ name, file, class: className }: Names): void {
  const folder = `${CATALOGUE}/${file}`;
  if (existsSync(join(ROOT, folder))) {
    throw new Refusal(`${folder} exists already`);
  }
  const holder = globSync(`${CATALOGUE}/**/*.agent.ts`, { cwd: ROOT }).find((path) => {
    const code = readFileSync(join(ROOT, path), 'utf8');
    return code.includes(`name: '${name}'`) || code.includes(`class ${className}Agent `);
  });
  if (holder !== undefined) {
    throw new Refusal(`${name} exists already in ${holder}`);
  }
}

function render(template: string, names: Names): string {
  const text = readFileSync(join(TEMPLATES, template), 'utf8');
  return text.replaceAll(/\{\{(name|file|class)\}\}/g, (_match, key: keyof Names) => names[key]);
}

/** The catalogue's module with one more agent at its end. */
function registered(names: Names): string {
  const code = readFileSync(join(ROOT, CATALOGUE_MODULE), 'utf8');
  const module = `${names.class}Module`;
  const [list, inside] = /imports: \[([^\]]*)\]/.exec(code) ?? [];
  const lastImport = code.match(/^import .*$/gm)?.at(-1);
  if (list === undefined || inside === undefined || lastImport === undefined) {
    throw new Refusal(`${CATALOGUE_MODULE} has no list of imports to register ${module} in`);
  }
  const modules = [...inside.split(',').map((entry) => entry.trim()), module].filter((entry) => entry !== '');
  return code
    .replace(
      lastImport,
      `${lastImport}\nimport { ${module} } from './${names.file}/${names.file}.module.js';`,
    )
    .replace(list, `imports: [${modules.join(', ')}]`);
}

function writeAll(files: ReadonlyMap<string, string>): void {
  for (const [path, text] of files) {
    mkdirSync(join(ROOT, path, '..'), { recursive: true });
    writeFileSync(join(ROOT, path), text);
  }
  const formatter = join(ROOT, 'node_modules/oxfmt/bin/oxfmt');
  execFileSync(process.execPath, [formatter, ...files.keys()], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function newAgent(name: string | undefined): string {
  const names = namesOf(name);
  refuseExisting(names);
  const folder = `${CATALOGUE}/${names.file}`;
  const agent = `${folder}/${names.file}.agent.ts`;
  writeAll(
    new Map([
      [agent, render('agent.txt', names)],
      [`${folder}/${names.file}.module.ts`, render('module.txt', names)],
      [`${folder}/${names.file}.agent.spec.ts`, render('spec.txt', names)],
      [CATALOGUE_MODULE, registered(names)],
    ]),
  );
  return `The agent ${names.name} is registered and runs every minute. Make it yours:

  1. Write it          run() in ${agent}
  2. Register it       done, in ${CATALOGUE_MODULE}
  3. Give it a time    schedules of @Agent, in the same file as run()

Test it with   npx vitest run ${folder}
Start it with  npm start
`;
}

try {
  process.stdout.write(newAgent(process.argv[2]));
} catch (error) {
  if (!(error instanceof Refusal)) {
    throw error;
  }
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
