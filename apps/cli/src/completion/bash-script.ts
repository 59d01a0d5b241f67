import type { CommandPlace } from './command-places.js';

/** Completes in bash, also in the old one of macOS, without the package bash-completion. */
export function bashScript(places: readonly CommandPlace[]): string[] {
  return [
    '_agent_platform() {',
    "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} place='' known='' i",
    '  COMPREPLY=()',
    '  for (( i = 1; i < COMP_CWORD; i++ )); do',
    '    case "$place/${COMP_WORDS[i]}" in',
    `      ${places.flatMap(({ path }) => (path === '' ? [] : [path])).join('|')})`,
    '        place="$place/${COMP_WORDS[i]}" ;;',
    '    esac',
    '  done',
    '  case "$place $prev" in',
    ...places.flatMap(valueCases),
    '    *)',
    '      case "$place" in',
    ...places.map((place) => `        '${place.path}') known='${wordsOf(place).join(' ')}' ;;`),
    '      esac ;;',
    '  esac',
    '  COMPREPLY=($(compgen -W "$known" -- "$cur"))',
    '}',
    'complete -o default -F _agent_platform agent-platform',
  ];
}

/** After an option with a value that is not known, bash completes names of files. */
function valueCases({ path, options }: CommandPlace): string[] {
  return options
    .filter(({ takesValue }) => takesValue)
    .map(({ flags, choices }) => {
      const patterns = flags.map((flag) => `'${path} ${flag}'`).join('|');
      return `    ${patterns}) known='${choices.join(' ')}' ;;`;
    });
}

function wordsOf({ commands, options, values }: CommandPlace): string[] {
  return [...commands.map(({ word }) => word), ...values, ...options.flatMap(({ flags }) => flags)];
}
