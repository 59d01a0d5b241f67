import { AgentsModule } from '#agents';
import { type DynamicModule, Module, type Type } from '@nestjs/common';

/** The app of a child: the agents and what they need, nothing of an executor. */
@Module({})
export class ChildModule {
  /** @param catalogue the module that brings the agents */
  static forRoot(catalogue: Type): DynamicModule {
    return { module: ChildModule, imports: [AgentsModule, catalogue] };
  }
}
