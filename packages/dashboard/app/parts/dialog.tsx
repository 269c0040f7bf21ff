import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { text } from '../text.ts';

/** A question that stands before everything else until it is answered or left, with its last button or Escape. */
export const Dialog = ({
  title,
  onClose,
  leave = text('cancel'),
  children,
}: {
  readonly title: string;
  readonly onClose: () => void;
  /** What the last button says. */
  readonly leave?: string;
  readonly children: ComponentChildren;
}) => {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby="dialog-title" onClose={onClose}>
      <h2 id="dialog-title">{title}</h2>
      {children}
      <p>
        <button type="button" onClick={onClose}>
          {leave}
        </button>
      </p>
    </dialog>
  );
};
