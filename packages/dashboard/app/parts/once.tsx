import { text } from '../text.ts';
import { ActButton } from './act-button.tsx';
import { Dialog } from './dialog.tsx';

/** A secret that is shown this once. */
export const Once = ({
  title,
  hint,
  secret,
  onClose,
}: {
  readonly title: string;
  readonly hint: string;
  readonly secret: string;
  readonly onClose: () => void;
}) => (
  <Dialog title={title} onClose={onClose}>
    <p class="hint">{hint}</p>
    <pre tabIndex={0}>{secret}</pre>
    <p class="row">
      <ActButton act={() => navigator.clipboard.writeText(secret)}>{text('copy')}</ActButton>
      <button type="button" data-kind="main" onClick={onClose}>
        {text('done')}
      </button>
    </p>
  </Dialog>
);
