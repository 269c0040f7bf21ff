import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useSession } from './api/session.ts';
import { Entry, forAnybody } from './entry.tsx';
import type { PageProps } from './page-props.ts';
import { pages } from './pages.ts';
import { usePreferences } from './preferences.ts';
import { useRoute } from './route.ts';
import { Shell } from './shell.tsx';
import { text } from './text.ts';

const kept = new Map<string, ComponentType<PageProps>>();

/** The page of an address. Its code comes once; until then there is a word that it comes. */
const Page = ({ name, rest }: { readonly name: string; readonly rest: readonly string[] }) => {
  const [, set] = useState(0);
  const Found = kept.get(name);
  useEffect(() => {
    if (Found !== undefined) return;
    const load = async () => {
      const loaded = await pages[name]?.();
      if (loaded === undefined) return;
      kept.set(name, loaded.default);
      set((now) => now + 1);
    };
    void load();
  }, [name, Found]);
  if (pages[name] === undefined) return <p>{text('noSuchPage')}</p>;
  return Found === undefined ? <p class="quiet">{text('loading')}</p> : <Found rest={rest} />;
};

export const App = () => {
  const { language } = usePreferences();
  const { kind } = useSession();
  const { path } = useRoute();
  if (kind === 'asking') return <p class="entry">{text('loading')}</p>;
  if (kind === 'out' || forAnybody.has(path[0])) return <Entry key={language} />;
  const [name = 'overview', ...rest] = path;
  return (
    <Shell>
      <Page key={`${language} ${name} ${rest.join('/')}`} name={name} rest={rest} />
    </Shell>
  );
};
