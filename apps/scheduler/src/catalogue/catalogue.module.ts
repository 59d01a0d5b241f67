import { Module } from '@nestjs/common';
import { PlanModule } from '../plan/plan.module.js';
import { CataloguePlanner } from './catalogue-planner.js';
import { CatalogueWatcher } from './catalogue-watcher.js';

@Module({
  imports: [PlanModule],
  providers: [CatalogueWatcher, CataloguePlanner],
  exports: [CatalogueWatcher],
})
export class CatalogueModule {}
