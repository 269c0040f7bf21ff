import type { ComponentType } from 'preact';
import type { PageProps } from './page-props.ts';

type Load = () => Promise<{ readonly default: ComponentType<PageProps> }>;

/** By the first part of the address; each is loaded when it is first opened. */
export const pages: Readonly<Record<string, Load>> = {
  overview: () => import('./pages/overview.tsx'),
  points: () => import('./pages/points.tsx'),
  map: () => import('./pages/map.tsx'),
  compliance: () => import('./pages/compliance.tsx'),
  alerts: () => import('./pages/alerts.tsx'),
  quality: () => import('./pages/quality.tsx'),
  reports: () => import('./pages/reports.tsx'),
  providers: () => import('./pages/providers.tsx'),
  jobs: () => import('./pages/jobs.tsx'),
  data: () => import('./pages/data.tsx'),
  settings: () => import('./pages/settings.tsx'),
  account: () => import('./pages/account.tsx'),
  trace: () => import('./pages/trace.tsx'),
  raw: () => import('./pages/raw.tsx'),
};
