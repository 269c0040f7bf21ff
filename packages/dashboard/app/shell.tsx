import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import icon from './icon.svg';
import { useSession } from './api/session.ts';
import { navigation } from './navigation.ts';
import { prefer, usePreferences } from './preferences.ts';
import { link, useRoute } from './route.ts';
import { text } from './text.ts';
import { when } from './time.ts';

/** Both clocks, always: a slot of 14:00 is another hour in Santiago in summer. */
const Clocks = () => {
  const [now, set] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => set(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <div class="clocks number">
      <span>
        <span>Santiago</span>
        {when(now, 'clock', 'people')}
      </span>
      <span title={text('regulatorClock')}>
        <span>UTC−4</span>
        {when(now, 'clock', 'regulator')}
      </span>
    </div>
  );
};

export const Choices = () => {
  const { language, theme } = usePreferences();
  return (
    <div class="row">
      <button
        type="button"
        data-kind="plain"
        lang={language === 'es' ? 'en' : 'es'}
        onClick={() => prefer({ language: language === 'es' ? 'en' : 'es' })}
      >
        {language === 'es' ? 'English' : 'Español'}
      </button>
      <label class="inline">
        <span class="hidden-visually">{text('theme')}</span>
        <select value={theme} onChange={(event) => prefer({ theme: event.currentTarget.value as typeof theme })}>
          <option value="system">{text('theme.system')}</option>
          <option value="light">{text('theme.light')}</option>
          <option value="dark">{text('theme.dark')}</option>
        </select>
      </label>
    </div>
  );
};

export const Shell = ({ children }: { readonly children: ComponentChildren }) => {
  const { path } = useRoute();
  const { me, leave } = useSession();
  const [open, setOpen] = useState(false);
  const here = path[0] ?? 'overview';
  useEffect(() => setOpen(false), [here]);
  return (
    <div class="shell">
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById('main')?.focus();
        }}
      >
        {text('skip')}
      </a>
      <header class="head">
        <button type="button" class="menu" aria-expanded={open} aria-controls="nav" onClick={() => setOpen(!open)}>
          {text('menu')}
        </button>
        <a class="brand" href={link([])}>
          <img src={icon} alt="" />
          {text('caudal')}
        </a>
        <Clocks />
        <Choices />
        <div class="row">
          <a href={link(['account'])}>{me?.name ?? ''}</a>
          <button type="button" data-kind="plain" onClick={() => void leave()}>
            {text('leave')}
          </button>
        </div>
      </header>
      <nav class="nav" id="nav" data-open={open} aria-label={text('navigation')}>
        <ul>
          {navigation
            .filter(({ needs }) => me?.permissions.includes(needs) === true)
            .map(({ name, word }) => (
              <li key={name}>
                <a href={link(name === 'overview' ? [] : [name])} aria-current={here === name ? 'page' : undefined}>
                  {text(word)}
                </a>
              </li>
            ))}
        </ul>
      </nav>
      <main class="main" id="main" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
};
