import type { Word } from './words/es.ts';

/** What stands in the navigation, in order: by the first part of its address, its word, and what one must be allowed to. */
export const navigation: readonly { readonly name: string; readonly word: Word; readonly needs: string }[] = [
  { name: 'overview', word: 'nav.overview', needs: 'points:read' },
  { name: 'points', word: 'nav.points', needs: 'points:read' },
  { name: 'map', word: 'nav.map', needs: 'points:read' },
  { name: 'compliance', word: 'nav.compliance', needs: 'compliance:read' },
  { name: 'alerts', word: 'nav.alerts', needs: 'alerts:read' },
  { name: 'quality', word: 'nav.quality', needs: 'values:read' },
  { name: 'reports', word: 'nav.reports', needs: 'values:read' },
  { name: 'providers', word: 'nav.providers', needs: 'system:read' },
  { name: 'jobs', word: 'nav.jobs', needs: 'system:read' },
  { name: 'data', word: 'nav.data', needs: 'config:read' },
  { name: 'settings', word: 'nav.settings', needs: 'audit:read' },
];
