import type { Route } from '../route.ts';
import { alertRoutes } from './alerts.ts';
import { analysisRoutes } from './analysis.ts';
import { authRoutes } from './auth.ts';
import { complianceRoutes } from './compliance.ts';
import { dataRoutes } from './data.ts';
import { deadRoutes } from './dead.ts';
import { eventRoutes } from './events.ts';
import { exportRoutes } from './exports.ts';
import { importRoutes } from './imports.ts';
import { pointRoutes } from './points.ts';
import { recordRoutes } from './records.ts';
import { scheduleRoutes } from './schedules.ts';
import { sendRoutes } from './sends.ts';
import { silenceRoutes } from './silences.ts';
import { systemRoutes } from './system.ts';
import { taskRoutes } from './tasks.ts';
import { traceRoutes } from './trace.ts';
import { userRoutes } from './users.ts';
import { valueRoutes } from './values.ts';

/** Everything that can be asked over HTTP, in the order of the document. */
export const apiRoutes: readonly Route[] = [
  ...authRoutes,
  ...userRoutes,
  ...pointRoutes,
  ...valueRoutes,
  ...exportRoutes,
  ...analysisRoutes,
  ...complianceRoutes,
  ...sendRoutes,
  ...taskRoutes,
  ...traceRoutes,
  ...alertRoutes,
  ...silenceRoutes,
  ...recordRoutes,
  ...dataRoutes,
  ...importRoutes,
  ...deadRoutes,
  ...systemRoutes,
  ...scheduleRoutes,
  ...eventRoutes,
];
