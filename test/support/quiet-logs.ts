import { Logger } from '@nestjs/common';

/** What goes wrong is worth a line between the results of specs; what goes well is not. */
Logger.overrideLogger(['error', 'fatal']);
