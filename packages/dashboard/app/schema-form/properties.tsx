import { useForm } from './form.ts';
import type { PartProps } from './part-props.ts';

/** The fields of an object; what is fixed, and the id of the whole, is not asked. */
export const Properties = ({ schema, path }: PartProps) => {
  const { Part } = useForm();
  return (
    <>
      {Object.entries(schema.properties ?? {})
        .filter(([key, one]) => one.const === undefined && !(path.length === 0 && key === 'id'))
        .map(([key, one]) => (
          <Part key={key} schema={one} path={[...path, key]} required={schema.required?.includes(key) === true} />
        ))}
    </>
  );
};
