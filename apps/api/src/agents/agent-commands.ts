import {
  AGENT_STATES_BUCKET,
  AgentCommand,
  type AgentCommandAnswer,
  type AgentPause,
  type AgentState,
  agentStateKey,
  COMMAND_SUBJECTS,
  PauseAgent,
  type PauseAgentAnswer,
  validateContract,
} from '#contracts';
import { BrokerUnavailableException, JetStreamConnection } from '#jetstream';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { type KV, Kvm } from '@nats-io/kv';
import { CommandServer } from '../commands/command-server.js';
import { KnownAgents } from './known-agents.js';

/** `commands.agents.*`: what executors are told by the bucket `AGENT_STATES`. */
@Injectable()
export class AgentCommands implements OnModuleInit {
  private readonly logger = new Logger(AgentCommands.name);

  constructor(
    private readonly commands: CommandServer,
    private readonly connection: JetStreamConnection,
    private readonly known: KnownAgents,
  ) {}

  onModuleInit(): void {
    this.commands.serve(
      COMMAND_SUBJECTS.pauseAgent,
      (plain) => validateContract(PauseAgent, plain),
      async (command) => await this.pause(command),
    );
    const takeBack = (state: AgentState) => async (command: AgentCommand) =>
      await this.takeBack(command.agent, state);
    this.commands.serve(COMMAND_SUBJECTS.resumeAgent, parseAgentCommand, takeBack('paused'));
    this.commands.serve(COMMAND_SUBJECTS.resetBreaker, parseAgentCommand, takeBack('breaker'));
  }

  /**
   * Pausing what is paused changes nothing.
   * @throws NotFoundException, BrokerUnavailableException
   */
  async pause({ agent, by, reason }: PauseAgent): Promise<PauseAgentAnswer> {
    await this.known.assertKnown(agent);
    const pause: AgentPause = {
      at: new Date().toISOString(),
      ...(by !== undefined && { by }),
      ...(reason !== undefined && { reason }),
    };
    return await this.withStates(async (states) => {
      const key = agentStateKey(agent, 'paused');
      const found = await states.get(key);
      if (found?.operation === 'PUT') {
        return { agent, paused_at: pausedAt(found.value) ?? found.created.toISOString() };
      }
      await states.put(key, JSON.stringify(pause));
      this.logger.log({ agent, by }, 'An agent was paused');
      return { agent, paused_at: pause.at };
    });
  }

  /**
   * Takes back what keeps an agent from running.
   * @throws NotFoundException when nothing is stored about the agent and the catalogue does not have it
   * @throws BrokerUnavailableException
   */
  async takeBack(agent: string, state: AgentState): Promise<AgentCommandAnswer> {
    const changed = await this.withStates(async (states) => {
      const key = agentStateKey(agent, state);
      if ((await states.get(key))?.operation !== 'PUT') {
        return false;
      }
      await states.delete(key);
      this.logger.log({ agent, state }, 'An agent may run again');
      return true;
    });
    if (!changed) {
      await this.known.assertKnown(agent);
    }
    return { agent, changed };
  }

  private async withStates<T>(work: (states: KV) => Promise<T>): Promise<T> {
    try {
      return await work(await new Kvm(this.connection.nats).open(AGENT_STATES_BUCKET));
    } catch (error) {
      throw new BrokerUnavailableException('The states of agents could not be read or changed', {
        cause: error,
      });
    }
  }
}

function parseAgentCommand(plain: object): AgentCommand {
  return validateContract(AgentCommand, plain);
}

/** Of a pause that somebody stored by hand, anything may stand there. */
function pausedAt(value: Uint8Array): string | undefined {
  try {
    const { at } = JSON.parse(new TextDecoder().decode(value)) as Partial<AgentPause>;
    return typeof at === 'string' ? at : undefined;
  } catch {
    return undefined;
  }
}
