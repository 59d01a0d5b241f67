import { Command } from 'commander';
import { EXIT_CODES } from './end-command.js';

const DESCRIPTION =
  'Runs agents here and now (run), and operates a platform (all others). Each --help says more, with examples.';

/** The whole program: what all commands have in common, and the commands in the order of the help. */
export function commandLine(commands: readonly Command[]): Command {
  const program = new Command('agent-platform')
    .description(DESCRIPTION)
    .exitOverride(({ exitCode }) =>
      process.exit(exitCode === EXIT_CODES.ok ? EXIT_CODES.ok : EXIT_CODES.badUsage),
    )
    .showHelpAfterError('(--help says more)');
  for (const command of commands) {
    program.addCommand(command);
    inherit(command, program);
  }
  leaveWithReader();
  return program;
}

/** Commander does this for commands that are made by their parents only. */
function inherit(command: Command, parent: Command): void {
  command.copyInheritedSettings(parent);
  command.commands.forEach((child) => inherit(child, command));
}

/** `… | head` is no failure. */
function leaveWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? EXIT_CODES.ok : EXIT_CODES.failed);
  });
}
