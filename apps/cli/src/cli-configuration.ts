import { TextVariable } from '#configuration';
import { ownPythonFolder } from '#running';
import { IsOptional, Matches } from 'class-validator';

/** What the command line can be told through its environment: the same as an executor. */
export class CliConfiguration {
  /** Names of further variables that agents in child processes see, separated by commas; see `childEnvironment`. */
  @IsOptional()
  @TextVariable('EXECUTOR_CHILD_ENV')
  @Matches(/^[A-Za-z_][A-Za-z0-9_]*(,[A-Za-z_][A-Za-z0-9_]*)*$/)
  childVariables?: string;

  /** Holds the package `agent_platform`, and `agents`. */
  @TextVariable('EXECUTOR_PYTHON_DIR')
  pythonDir = ownPythonFolder();

  /** Interpreter of Python agents that have no environment of their own. */
  @TextVariable('EXECUTOR_PYTHON')
  python = 'python3';
}
