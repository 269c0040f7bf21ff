import { Refusal } from './refusal.ts';

/** UTC milliseconds of an instant that fits its pattern and may still not exist. */
export const instantOf = (text: string, path: string): number => {
  const at = Date.parse(text);
  if (Number.isNaN(at))
    throw new Refusal('invalid', `${path} is no instant that exists`, {
      issues: [{ path, message: 'is no instant that exists' }],
    });
  return at;
};

/** Of a query; what is absent stays absent. */
export const spanOf = ({
  from,
  to,
}: {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}): { from?: number; to?: number } => ({
  ...(from === undefined ? {} : { from: instantOf(from, '/query/from') }),
  ...(to === undefined ? {} : { to: instantOf(to, '/query/to') }),
});
