/**
 * What the author asks to have written, by environment variable: `CAUDAL_CASES=update`. In CI the committed files are compared and
 * never written, so asking there is an error.
 */
export const askedToWrite = (variable: string): string | undefined => {
  const asked = process.env[variable];
  if (asked === undefined || asked === '') return undefined;
  if (['', 'false', undefined].includes(process.env['CI'])) return asked;
  throw new Error(`${variable}=${asked} is for authors: in CI the committed files are compared`);
};
