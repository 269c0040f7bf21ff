import { openApiOf } from './openapi.ts';
import { apiRoutes } from './routes/index.ts';

/** The document as it is committed and served. */
export const openApiText = (): string => `${JSON.stringify(openApiOf(apiRoutes), null, 2)}\n`;
