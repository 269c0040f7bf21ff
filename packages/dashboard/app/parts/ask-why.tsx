import { text } from '../text.ts';
import { Dialog } from './dialog.tsx';
import { Field } from './field.tsx';
import { Form } from './form.tsx';

/** An act that the audit keeps with its reason: asks for it, acts, closes. */
export const AskWhy = ({
  title,
  act,
  onClose,
}: {
  readonly title: string;
  readonly act: (because: string) => Promise<unknown>;
  readonly onClose: () => void;
}) => (
  <Dialog title={title} onClose={onClose}>
    <Form
      label={title}
      submit={async ({ because = '' }) => {
        await act(because);
        onClose();
      }}
    >
      {(mistake) => (
        <Field label={text('because')} hint={text('because.hint')} mistake={mistake('because')}>
          {(input) => <textarea {...input} name="because" rows={3} required />}
        </Field>
      )}
    </Form>
  </Dialog>
);
