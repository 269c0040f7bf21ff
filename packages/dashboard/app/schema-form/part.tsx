import { Checks } from './checks.tsx';
import { Entries } from './entries.tsx';
import { Group } from './group.tsx';
import { Leaf } from './leaf.tsx';
import { List } from './list.tsx';
import type { PartProps } from './part-props.ts';
import { Properties } from './properties.tsx';
import { entryOf } from './schema.ts';
import { Variants } from './variants.tsx';

/** A part of a form, by what its schema says it is. */
export const Part = ({ schema, path, required }: PartProps) => {
  if (schema.anyOf?.some(({ type, properties }) => type === 'object' || properties !== undefined) === true)
    return <Variants schema={schema} path={path} required={required} />;
  if (schema.type === 'array')
    return schema.items?.enum === undefined ? (
      <List schema={schema} path={path} required={required} />
    ) : (
      <Checks schema={schema} path={path} required={required} />
    );
  const entry = schema.type === 'object' && schema.properties === undefined ? entryOf(schema) : undefined;
  if (entry !== undefined && Object.keys(entry).length > 0)
    return <Entries schema={schema} entry={entry} path={path} required={required} />;
  if (schema.properties !== undefined)
    return (
      <Group schema={schema} path={path} required={required}>
        <Properties schema={schema} path={path} required={required} />
      </Group>
    );
  return <Leaf schema={schema} path={path} required={required} />;
};
