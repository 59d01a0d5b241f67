import { Argument, Command } from 'commander';
import { endCommand } from '../end-command.js';
import { Output } from '../terminal/output.js';
import { bashScript } from './bash-script.js';
import { commandPlaces } from './command-places.js';
import { fishScript } from './fish-script.js';
import { zshScript } from './zsh-script.js';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;
const HELP = `
Completes the word agent-platform: \`npm link\` puts it on the PATH, or alias agent-platform='npx agent-platform'. Print it
anew after an update. Once for good:
  npx agent-platform completion bash >> ~/.bashrc
  npx agent-platform completion zsh > "\${fpath[1]}/_agent-platform"
  npx agent-platform completion fish > ~/.config/fish/completions/agent-platform.fish`;

/** `completion` */
export function completionWords(): Command {
  return new Command('completion')
    .description('print a script that completes commands, options and their values in a shell')
    .addArgument(new Argument('<shell>', 'which').choices(Object.keys(SCRIPTS)))
    .addHelpText('after', HELP)
    .action(
      async (shell: keyof typeof SCRIPTS, _options: object, command: Command) =>
        await endCommand(async () => {
          const script = SCRIPTS[shell](commandPlaces(command.parent ?? command));
          new Output(process.stdout, process.stderr).lines(script);
          return await Promise.resolve(true);
        }),
    );
}
