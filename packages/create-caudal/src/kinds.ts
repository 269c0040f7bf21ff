/** The kinds of plugin, as the command line names them. */
export const pluginKinds = ['provider', 'rule', 'compliance', 'notifier'] as const;
export type PluginKind = (typeof pluginKinds)[number];

/** What can be created, with the sentence by which a person chooses. */
export const kinds = {
  runtime: 'a pipeline of your own: vendors, regulators and channels to run',
  provider: 'a plugin that reads a vendor or a device',
  rule: 'a plugin that judges values',
  compliance: 'a plugin that reports to a regulator',
  notifier: 'a plugin that sends messages to people',
} as const satisfies Record<'runtime' | PluginKind, string>;
export type Kind = keyof typeof kinds;
