import type { CommandPlace, PlaceOption } from './command-places.js';

/** Completes in fish, with descriptions. */
export function fishScript(places: readonly CommandPlace[]): string[] {
  const paths = places.flatMap(({ path }) => (path === '' ? [] : [path]));
  return [
    'function __agent_platform_at',
    "    set -l place ''",
    '    for word in (commandline -opc)[2..]',
    `        contains -- "$place/$word" ${paths.join(' ')}; and set place "$place/$word"`,
    '    end',
    '    test "$place" = "$argv[1]"',
    'end',
    'complete -c agent-platform -f',
    ...places.flatMap(linesOf),
  ];
}

function linesOf({ path, commands, options, values }: CommandPlace): string[] {
  const begin = `complete -c agent-platform -n "__agent_platform_at '${path}'"`;
  return [
    ...commands.map(({ word, description }) => `${begin} -a ${word} -d ${quoted(description)}`),
    ...values.map((value) => `${begin} -a ${value}`),
    ...options.map((option) => `${begin} ${optionOf(option)}`),
  ];
}

function optionOf({ flags, description, takesValue, choices }: PlaceOption): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  const known = choices.length === 0 ? '-r -F' : `-x -a '${choices.join(' ')}'`;
  return [...names, ...(takesValue ? [known] : []), `-d ${quoted(description)}`].join(' ');
}

function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
}
