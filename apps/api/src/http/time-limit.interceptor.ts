import { inTime, UnavailableException } from '#http';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { from, lastValueFrom, type Observable } from 'rxjs';

const LIMIT_MS = 10_000;

/** The last resort: no request is left without an answer, whatever it waits for. */
@Injectable()
export class TimeLimitInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const answer = lastValueFrom(next.handle(), { defaultValue: undefined });
    return from(
      inTime(
        answer,
        LIMIT_MS,
        () => new UnavailableException('This took too long; what was asked for may go on'),
      ),
    );
  }
}
