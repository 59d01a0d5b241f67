import { parsePreviewSchedule } from '#contracts';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Requires } from '../access/requires.decorator.js';
import { Problems } from '../http/problems.decorator.js';
import { PreviewQuery, PreviewTiming } from './preview-requests.js';
import { PreviewView } from './preview-view.js';
import { checkedPath, SchedulePath } from './schedule-path.js';
import { SchedulePreview } from './schedule-preview.js';

/** `…/preview`: when schedules fire next. */
@ApiTags('schedules')
@Requires('read')
@Controller('schedules')
export class PreviewController {
  constructor(private readonly previews: SchedulePreview) {}

  @Post('preview')
  @HttpCode(200)
  @ApiOperation({ summary: 'When a schedule that is not made yet would fire, and what else would run then' })
  @ApiOkResponse({ type: PreviewView })
  @Problems(400, 413, 415, 422)
  async previewTiming(@Body() { count, after, agent, name, ...timing }: PreviewTiming): Promise<PreviewView> {
    const definition = { agent: agent ?? 'new', name: name ?? 'new', ...timing };
    const command = { definition, count, ...(after !== undefined && { after }) };
    return await this.previews.preview(parsePreviewSchedule(command));
  }

  @Get(':agent/:schedule/preview')
  @ApiOperation({ summary: 'The next fires of a schedule, in its zone and in UTC, and what else runs then' })
  @ApiOkResponse({ type: PreviewView })
  @Problems(404, 422)
  async previewSchedule(
    @Param() path: SchedulePath,
    @Query() { count, after }: PreviewQuery,
  ): Promise<PreviewView> {
    const command = { ...checkedPath(path), count, ...(after !== undefined && { after }) };
    return await this.previews.preview(parsePreviewSchedule(command));
  }
}
