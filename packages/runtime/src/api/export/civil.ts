const hour = 3_600_000;

/** Civil time of a zone as `YYYY-MM-DD HH:MM:SS`. The offset is asked for once an hour of data: zones change on quarters of an hour at most, so that is kept to these. */
export const civilText = (zone: string): ((at: number) => string) => {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'longOffset' });
  const offsetAt = (at: number): number => {
    const name = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
    const found = /^GMT([+-])(\d{2}):(\d{2})(?::(\d{2}))?$/.exec(name);
    if (found === null) return 0;
    const [, sign, hours, minutes, seconds = '0'] = found;
    return (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
  };
  let quarter = Number.NaN;
  let offset = 0;
  return (at) => {
    const now = Math.floor(at / (hour / 4));
    if (now !== quarter) {
      quarter = now;
      offset = offsetAt(at);
    }
    return new Date(at + offset).toISOString().slice(0, 19).replace('T', ' ');
  };
};
