import { text } from '../text.ts';
import { labelOf, useForm } from './form.ts';
import { Group } from './group.tsx';
import type { PartProps } from './part-props.ts';
import { valueAt } from './path.ts';
import { Remove } from './remove.tsx';
import { emptyOf } from './schema.ts';

/** As many of one kind as there are. */
export const List = ({ schema, path, required }: PartProps) => {
  const form = useForm();
  const found = valueAt(form.value, path);
  const items: readonly unknown[] = Array.isArray(found) ? found : [];
  const item = schema.items ?? {};
  const { Part } = form;
  return (
    <Group schema={schema} path={path} required={required}>
      {items.map((_, index) => (
        <div key={index} class="fields">
          <Part schema={item} path={[...path, index]} required />
          <Remove path={[...path, index]} />
        </div>
      ))}
      <p>
        <button type="button" onClick={() => form.set([...path, items.length], emptyOf(item) ?? '')}>
          {text('addTo', { what: labelOf(path) })}
        </button>
      </p>
    </Group>
  );
};
