/** One thing that happened, as the control socket tells it. */
export type Happened =
  | {
      readonly type: 'values';
      readonly data: {
        readonly series: string;
        readonly values: readonly {
          readonly at: string;
          readonly value: number | null;
          readonly flag: number;
          readonly codes: readonly string[];
          readonly status: string;
        }[];
      };
    }
  | {
      readonly type: 'submission';
      readonly data: {
        readonly id: string;
        readonly obligation: string;
        readonly slot: string;
        readonly state: string;
        readonly receipt: string | null;
        readonly reason: string | null;
      };
    }
  | {
      readonly type: 'alert';
      readonly data: {
        readonly event: string;
        readonly subject: string;
        readonly point: string | null;
        readonly severity: string;
        readonly openedAt: string;
        readonly closedAt: string | null;
      };
    };

export const kinds = ['values', 'submission', 'alert'] as const satisfies readonly Happened['type'][];

/** What is wanted. */
export interface Filter {
  readonly kinds: readonly string[];
  readonly point?: string | undefined;
  readonly obligation?: string | undefined;
}

/** Whether a filter lets a thing through. A point asks for no submissions, an obligation for nothing else. */
export const wants = ({ kinds: types, point, obligation }: Filter, { type, data }: Happened): boolean => {
  if (!types.includes(type)) return false;
  if (obligation !== undefined && (type !== 'submission' || data.obligation !== obligation)) return false;
  if (point === undefined) return true;
  if (type === 'values') return data.series.startsWith(`${point}/`);
  return type === 'alert' && data.point === point;
};

/** A thing as people read it: a line for each value, submission and alert. */
export const tapLines = ({ type, data }: Happened): string[] => {
  if (type === 'values')
    return data.values.map(
      ({ at, value, flag, codes, status }) =>
        `value       ${at} ${data.series} ${value ?? 'none'}  flag ${flag}${codes.length === 0 ? '' : ` ${codes.join(', ')}`}${status === 'final' ? '' : ` (${status})`}`,
    );
  if (type === 'submission')
    return [
      `submission  ${data.slot} ${data.obligation} ${data.state}${data.receipt === null ? '' : ` receipt ${data.receipt}`}${data.reason === null ? '' : `: ${data.reason}`}`,
    ];
  return [
    `alert       ${data.closedAt ?? data.openedAt} ${data.event} ${data.subject} ${data.closedAt === null ? `opened, ${data.severity}` : 'ended'}`,
  ];
};
