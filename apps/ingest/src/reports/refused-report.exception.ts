import { UnprocessableEntityException } from '@nestjs/common';

/** The report holds a value that Postgres can't store. */
export class RefusedReportException extends UnprocessableEntityException {
  constructor(reason: string) {
    super(`The report can not be stored: ${reason}`);
  }
}
