import { Module } from '@nestjs/common';
import { PlanModule } from '../plan/plan.module.js';
import { DefinitionWatches } from './definition-watches.js';

@Module({ imports: [PlanModule], providers: [DefinitionWatches], exports: [DefinitionWatches] })
export class DefinitionsModule {}
