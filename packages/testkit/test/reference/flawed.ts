import { type AnyDefinition, configured, type Host, type Plugin } from '@caudal/core';

type InstanceOf<D> = D extends { create(input: never): infer I } ? I : never;
type ConfigOf<D> = D extends { create(input: { config: infer C; host: Host }): unknown } ? C : never;

const same = <D extends AnyDefinition>(definition: D, config: unknown) => configured<D>(definition, config as never);

/** The plugin with another definition or configuration. */
export const withDefinition = <D extends AnyDefinition>(
  { definition, config }: Plugin<D>,
  change: (definition: D) => Partial<Record<keyof D, unknown>>,
): Plugin<D> => same({ ...definition, ...change(definition) }, config);

/** The plugin with some parts of its instance replaced. */
export const withParts = <D extends AnyDefinition>(
  { definition, config }: Plugin<D>,
  change: (instance: InstanceOf<D>, host: Host, config: ConfigOf<D>) => Partial<InstanceOf<D>>,
): Plugin<D> =>
  same(
    {
      ...definition,
      create: (input: { config: never; host: Host }) => {
        const instance = definition.create(input) as InstanceOf<D> & object;
        return { ...instance, ...change(instance, input.host, input.config) };
      },
    },
    config,
  );

/** The plugin with something done at `create`. */
export const withCreate = <D extends AnyDefinition>(
  { definition, config }: Plugin<D>,
  before: (input: { config: ConfigOf<D>; host: Host }) => void,
): Plugin<D> =>
  same(
    {
      ...definition,
      create: (input: { config: never; host: Host }) => {
        before(input);
        return definition.create(input) as unknown;
      },
    },
    config,
  );
