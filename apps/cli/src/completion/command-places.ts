import type { Command, Option } from 'commander';

/** What can be typed, for people. */
interface NamedWord {
  readonly word: string;
  readonly description: string;
}

export interface PlaceOption {
  /** Such as `['-s', '--status']`. */
  readonly flags: readonly string[];
  readonly description: string;
  readonly takesValue: boolean;
  /** Values that it may have, when they are known. */
  readonly choices: readonly string[];
}

/** A command, and what may follow it. */
export interface CommandPlace {
  /** The words that lead to it: '' of the program, `/runs/list` of a command in a group. */
  readonly path: string;
  readonly commands: readonly NamedWord[];
  readonly options: readonly PlaceOption[];
  /** Values of its arguments, when they are known. */
  readonly values: readonly string[];
}

/** All commands of a program, the program itself first. */
export function commandPlaces(program: Command, path = ''): CommandPlace[] {
  const help = program.createHelp();
  const commands = help.visibleCommands(program).filter((command) => command.name() !== 'help');
  const place: CommandPlace = {
    path,
    commands: commands.map((command) => ({ word: command.name(), description: command.description() })),
    options: help.visibleOptions(program).map(placeOption),
    values: program.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
  };
  return [place, ...commands.flatMap((command) => commandPlaces(command, `${path}/${command.name()}`))];
}

function placeOption({ short, long, description, required, optional, argChoices }: Option): PlaceOption {
  return {
    flags: [short, long].filter((flag) => flag !== undefined),
    description,
    takesValue: required || optional,
    choices: argChoices ?? [],
  };
}
