import type { CommandPlace } from './command-places.js';

/** Completes in zsh, with descriptions: as a file of `fpath`, or sourced after `compinit`. */
export function zshScript(places: readonly CommandPlace[]): string[] {
  return [
    '#compdef agent-platform',
    '_agent-platform() {',
    "  local place='' i",
    '  local -a known',
    '  for (( i = 2; i < CURRENT; i++ )); do',
    '    case "$place/${words[i]}" in',
    `      (${places.flatMap(({ path }) => (path === '' ? [] : [path])).join('|')}) place="$place/\${words[i]}" ;;`,
    '    esac',
    '  done',
    '  case "$place ${words[CURRENT-1]}" in',
    ...places.flatMap(valueCases),
    '  esac',
    '  case "$place" in',
    ...places.map((place) => `    ('${place.path}') known=(${wordsOf(place).join(' ')}) ;;`),
    '  esac',
    "  _describe 'agent-platform' known || _files",
    '}',
    'if [[ $funcstack[1] == _agent-platform ]]; then',
    '  _agent-platform "$@"',
    'else',
    '  compdef _agent-platform agent-platform',
    'fi',
  ];
}

function valueCases({ path, options }: CommandPlace): string[] {
  return options
    .filter(({ takesValue }) => takesValue)
    .map(({ flags, choices }) => {
      const patterns = flags.map((flag) => `'${path} ${flag}'`).join('|');
      return `    (${patterns}) ${choices.length === 0 ? '_files' : `compadd -- ${choices.join(' ')}`}; return ;;`;
    });
}

function wordsOf({ commands, options, values }: CommandPlace): string[] {
  return [
    ...commands.map(({ word, description }) => described(word, description)),
    ...values.map((value) => described(value, '')),
    ...options.flatMap(({ flags, description }) => flags.map((flag) => described(flag, description))),
  ];
}

function described(word: string, description: string): string {
  return `'${`${word}:${description}`.replaceAll("'", String.raw`'\''`)}'`;
}
