const colour = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;

/** Text in an ANSI colour, where somebody can see it. */
export const paint = (code: number, text: string): string =>
  colour && code !== 0 ? `\u001B[${code}m${text}\u001B[0m` : text;

export const grey = (text: string): string => paint(90, text);
