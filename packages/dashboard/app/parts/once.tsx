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
  <Dialog title={title} onClose={onClose} leave={text('done')}>
    <p class="hint">{hint}</p>
    <pre tabIndex={0}>{secret}</pre>
    <p>
      <ActButton act={() => navigator.clipboard.writeText(secret)}>{text('copy')}</ActButton>
    </p>
  </Dialog>
);
