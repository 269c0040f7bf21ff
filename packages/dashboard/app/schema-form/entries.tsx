import { useState } from 'preact/hooks';
import { text } from '../text.ts';
import { idOf, labelOf, useForm } from './form.ts';
import { Group } from './group.tsx';
import type { PartProps } from './part-props.ts';
import { valueAt } from './path.ts';
import { Remove } from './remove.tsx';
import { emptyOf, isValue, type Schema } from './schema.ts';

/** Things by names that a person gives. */
export const Entries = ({ schema, entry, path, required }: PartProps & { readonly entry: Schema }) => {
  const form = useForm();
  const [name, setName] = useState('');
  const found = valueAt(form.value, path);
  const names = isValue(found) ? Object.keys(found) : [];
  const known = form.choices([...path, '*'])?.filter((one) => !names.includes(one));
  const add = () => {
    if (name === '') return;
    form.set([...path, name], emptyOf(entry) ?? {});
    setName('');
  };
  const { Part } = form;
  const id = `${idOf(path)}-new`;
  return (
    <Group schema={schema} path={path} required={required}>
      {names.map((one) => (
        <div key={one} class="fields">
          <Part schema={entry} path={[...path, one]} required />
          <Remove path={[...path, one]} />
        </div>
      ))}
      <div class="row">
        <label for={id}>{text('newName')}</label>
        <input
          id={id}
          value={name}
          autocomplete="off"
          list={known === undefined ? undefined : `${id}-known`}
          onInput={({ currentTarget }) => setName(currentTarget.value.trim())}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            add();
          }}
        />
        {known === undefined ? null : (
          <datalist id={`${id}-known`}>
            {known.map((one) => (
              <option key={one} value={one} />
            ))}
          </datalist>
        )}
        <button type="button" onClick={add}>
          {text('addTo', { what: labelOf(path) })}
        </button>
      </div>
    </Group>
  );
};
