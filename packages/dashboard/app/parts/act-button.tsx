import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { problemOf } from '../api/problem.ts';

/** A press that does something at the server: it can not be pressed twice meanwhile, and says what went wrong. */
export const ActButton = ({
  act,
  then,
  kind,
  children,
}: {
  readonly act: () => Promise<unknown>;
  readonly then?: () => void;
  readonly kind?: 'main' | 'plain';
  readonly children: ComponentChildren;
}) => {
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string>();
  const press = async () => {
    setBusy(true);
    setWrong(undefined);
    try {
      await act();
      then?.();
    } catch (thrown) {
      setWrong(problemOf(thrown).detail);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <button type="button" data-kind={kind} disabled={busy} onClick={() => void press()}>
        {children}
      </button>
      {wrong === undefined ? null : (
        <span class="mistake" role="alert">
          {wrong}
        </span>
      )}
    </>
  );
};
