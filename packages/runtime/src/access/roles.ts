/** What may be done over HTTP, each with what it covers. */
export const permissions = {
  account: 'Own account: password, sessions.',
  'points:read': 'Points, series, devices, bindings.',
  'values:read': 'Values, findings, corrections, exports, live values.',
  'compliance:read': 'Obligations, what is owed, submissions, attempts, evidence.',
  'alerts:read': 'Alerts.',
  'alerts:write': 'Acknowledge and silence alerts.',
  'values:write': 'Enter readings, read again, decode again, dead letters, run schedules at once.',
  'compliance:write': 'Stop and resume sends, decide, enter receipts.',
  'raw:read': 'Raw records with their bodies: what a vendor sent, of whatever points.',
  'system:read': 'Status, providers, jobs, unclaimed readings, dead letters, notices.',
  'audit:read': 'The chain of who did what.',
  'config:read': 'The data behind it: also people and their addresses, and names of secrets.',
  'config:write': 'Points, devices, bindings, meters, obligations, people, subscriptions, secrets; legal holds.',
  'users:write': 'Users, invitations, sessions of others, API keys.',
  ingest: 'Send to the webhooks of given provider instances.',
} as const;

export type Permission = keyof typeof permissions;

const reads = ['points:read', 'values:read', 'compliance:read', 'alerts:read'] as const satisfies Permission[];

interface Role {
  readonly what: string;
  readonly may: readonly Permission[];
  /** Whether it is of given points: it must have a list, and sees nothing beside it. */
  readonly ofPoints: boolean;
  /** For keys alone: nobody logs in as it. */
  readonly keysOnly: boolean;
}

/** Role × permission: the one place that says who may what. */
export const roles = {
  admin: {
    what: 'Everything.',
    may: (Object.keys(permissions) as Permission[]).filter((permission) => permission !== 'ingest'),
    ofPoints: false,
    keysOnly: false,
  },
  operator: {
    what: 'The daily work: reads everything, acts on alerts, values and sends.',
    may: [
      'account',
      ...reads,
      'alerts:write',
      'values:write',
      'compliance:write',
      'raw:read',
      'system:read',
      'audit:read',
      'config:read',
    ],
    ofPoints: false,
    keysOnly: false,
  },
  viewer: {
    what: 'Looks: no raw records, no audit, changes nothing.',
    may: ['account', ...reads, 'system:read'],
    ofPoints: false,
    keysOnly: false,
  },
  owner: {
    what: 'Looks at given points and what hangs on them.',
    may: ['account', ...reads],
    ofPoints: true,
    keysOnly: false,
  },
  ingest: { what: 'A vendor: sends to webhooks, reads nothing.', may: ['ingest'], ofPoints: false, keysOnly: true },
} as const satisfies Readonly<Record<string, Role>>;

export type RoleName = keyof typeof roles;

export const roleNames = Object.keys(roles) as readonly RoleName[];
export const userRoleNames = roleNames.filter((name) => !roles[name].keysOnly);

/** An unknown role, as of a newer program's database, may nothing. */
export const roleOf = (name: string): Role =>
  Object.hasOwn(roles, name)
    ? roles[name as RoleName]
    : { what: 'Unknown here.', may: [], ofPoints: true, keysOnly: false };
