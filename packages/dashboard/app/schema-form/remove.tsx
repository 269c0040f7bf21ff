import { text } from '../text.ts';
import { labelOf, useForm } from './form.ts';
import type { Path } from './path.ts';

/** Takes a thing out of its list or map. */
export const Remove = ({ path }: { readonly path: Path }) => {
  const form = useForm();
  return (
    <p>
      <button
        type="button"
        aria-label={`${text('remove')}: ${labelOf(path)}`}
        onClick={() => form.set(path, undefined)}
      >
        {text('remove')}
      </button>
    </p>
  );
};
