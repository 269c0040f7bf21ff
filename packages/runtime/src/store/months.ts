/** Calendar months of UTC: what is kept is packed and ended by them. */

/** The start of the month that an instant lies in, or of one so many months later. */
export const startOfMonth = (at: number, later = 0): number => {
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + later);
};
