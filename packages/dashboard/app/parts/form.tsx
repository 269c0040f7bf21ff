import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { type Problem, problemOf } from '../api/problem.ts';
import { sentence } from '../words/mistakes.ts';

/** What was typed, by the names of the inputs. */
export type Typed = Readonly<Record<string, string>>;

/** A form that is sent once at a time and shows what the API says is wrong: beside the input where it names one. */
export const Form = ({
  submit,
  label,
  children,
}: {
  readonly submit: (typed: Typed) => Promise<void>;
  readonly label: string;
  /** Gets the mistake of an input by its name. */
  readonly children: (mistake: (name: string) => string | undefined) => ComponentChildren;
}) => {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const send = async (form: HTMLFormElement) => {
    setBusy(true);
    setProblem(undefined);
    try {
      const entries = [...new FormData(form)].flatMap(([name, value]): [string, string][] =>
        typeof value === 'string' ? [[name, value]] : [],
      );
      await submit(Object.fromEntries(entries));
    } catch (thrown) {
      setProblem(problemOf(thrown));
    } finally {
      setBusy(false);
    }
  };
  const mistake = (name: string) => {
    const found = problem?.issues.find(({ path }) => path.endsWith(`/${name}`) || path.includes(`/${name}/`));
    return found === undefined ? undefined : sentence(found);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void send(event.currentTarget);
      }}
    >
      {children(mistake)}
      {problem === undefined ? null : (
        <p class="mistake" role="alert">
          {problem.detail}
        </p>
      )}
      <p>
        <button type="submit" data-kind="main" disabled={busy}>
          {label}
        </button>
      </p>
    </form>
  );
};
