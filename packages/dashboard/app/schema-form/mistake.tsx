import { useForm } from './form.ts';
import { type Path, pointerOf } from './path.ts';

/** What is wrong with a part as a whole. */
export const Mistake = ({ path }: { readonly path: Path }) => {
  const mistake = useForm().mistakes.get(pointerOf(path));
  return mistake === undefined ? null : (
    <p class="mistake" role="alert">
      {mistake}
    </p>
  );
};
