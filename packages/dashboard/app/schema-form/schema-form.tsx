import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { type Problem, problemOf } from '../api/problem.ts';
import { text } from '../text.ts';
import { sentence } from '../words/mistakes.ts';
import { FormContext, idOf, labelOf } from './form.ts';
import { Part } from './part.tsx';
import { type Path, withoutEmpty, withValue } from './path.ts';
import { type Schema, type Value } from './schema.ts';

const inContent = '/body/content';

const pathIn = (value: unknown, pointer: string): Path => {
  let inside = value;
  return pointer
    .split('/')
    .slice(1)
    .map((part) => {
      const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
      const step = Array.isArray(inside) ? Number(key) : key;
      inside = typeof inside === 'object' && inside !== null ? (inside as Record<string, unknown>)[step] : undefined;
      return step;
    });
};

/** Gets what is wrong at a pointer into the request. */
type More = (mistake: (pointer: string) => string | undefined) => ComponentChildren;

/**
 * A form for whatever a schema describes. What the API says is wrong stands at its field, and all of it together before the button,
 * each with the way to its field.
 */
export const SchemaForm = ({
  schema,
  initial,
  label,
  choices = () => undefined,
  submit,
  onChange,
  before,
  children,
}: {
  readonly schema: Schema;
  readonly initial: Value;
  readonly label: string;
  readonly choices?: (path: Path) => readonly string[] | undefined;
  /** Gets the content without what was left empty. What it throws is shown. */
  readonly submit: (content: Value) => Promise<void>;
  readonly onChange?: (content: Value) => void;
  /** Further questions, before and after those of the schema. */
  readonly before?: More | undefined;
  readonly children?: More;
}) => {
  const [value, setValue] = useState<Value>(initial);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const summary = useRef<HTMLDivElement>(null);
  const issues = problem?.issues ?? [];
  const own = issues.filter(({ path }) => path.startsWith(`${inContent}/`));
  const mistakes = new Map(own.map((issue) => [issue.path.slice(inContent.length), sentence(issue)]));
  const mistakeAt = (pointer: string) => {
    const found = issues.find(({ path }) => path === pointer);
    return found === undefined ? undefined : sentence(found);
  };
  const send = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      await submit(withoutEmpty(value) as Value);
    } catch (thrown) {
      setProblem(problemOf(thrown));
      requestAnimationFrame(() => summary.current?.focus());
    } finally {
      setBusy(false);
    }
  };
  return (
    <FormContext.Provider
      value={{
        Part,
        value,
        mistakes,
        choices,
        set: (path, put) =>
          setValue((now) => {
            const next = withValue(now, path, put) as Value;
            onChange?.(next);
            return next;
          }),
      }}
    >
      <form
        class="fields"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        {before?.(mistakeAt)}
        <Part schema={schema} path={[]} required />
        {children?.(mistakeAt)}
        {problem === undefined ? null : (
          <div class="notice" data-tone="fail" role="alert" tabIndex={-1} ref={summary}>
            {issues.length === 0 ? <p>{problem.detail}</p> : <p>{text('form.wrong')}</p>}
            <ul>
              {issues.map((issue) => {
                const { path, message } = issue;
                const inside = path.startsWith(`${inContent}/`)
                  ? pathIn(value, path.slice(inContent.length))
                  : undefined;
                return (
                  <li key={`${path} ${message}`}>
                    {inside === undefined ? (
                      path.replace(/^\/body\/(content$)?/, '')
                    ) : (
                      <button
                        type="button"
                        data-kind="plain"
                        onClick={() => document.getElementById(idOf(inside))?.focus()}
                      >
                        {inside.map((_, index) => labelOf(inside.slice(0, index + 1))).join(' › ')}
                      </button>
                    )}
                    {path === inContent ? sentence(issue) : `: ${sentence(issue)}`}
                  </li>
                );
              })}
            </ul>
          </div>
        )}
        <p>
          <button type="submit" data-kind="main" disabled={busy}>
            {label}
          </button>
        </p>
      </form>
    </FormContext.Provider>
  );
};
