import type { AlertRow, SilenceRow } from '../store/rows.ts';

type About = Pick<AlertRow, 'id' | 'event' | 'rule' | 'subject' | 'point'>;

const fits = (pattern: string, text: string): boolean => {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return text === pattern;
  const last = rest.pop() ?? '';
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= text.length - last.length;
};

/** Whether a silence is about an alert. One of a point alone leaves what is owed to regulators: that is named by its rule or alert. */
export const isSilenced = ({ alert, rule, subject, point }: Omit<SilenceRow, 'id'>, about: About): boolean => {
  if (alert !== null) return alert === about.id;
  if (rule === null && subject === null && about.event.startsWith('submission.')) return false;
  return (
    (rule === null || fits(rule, about.rule)) &&
    (subject === null || fits(subject, about.subject)) &&
    (point === null || point === about.point)
  );
};
