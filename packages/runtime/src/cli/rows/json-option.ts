/** `--json` of a command that answers with something. */
export const json = { json: { type: 'boolean' } } as const;
export const jsonHelp = { json: 'print JSON' };
