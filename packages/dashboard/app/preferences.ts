import { useEffect, useState } from 'preact/hooks';

export type Language = 'es' | 'en';
export type Theme = 'light' | 'dark' | 'system';

export interface Preferences {
  readonly language: Language;
  readonly theme: Theme;
}

const key = 'caudal.preferences';

const read = (): Preferences => {
  const first: Preferences = { language: navigator.language.startsWith('en') ? 'en' : 'es', theme: 'system' };
  try {
    return { ...first, ...(JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Preferences>) };
  } catch {
    return first;
  }
};

let current = read();
const listeners = new Set<(now: Preferences) => void>();
const dark = matchMedia('(prefers-color-scheme: dark)');

const show = () => {
  const theme = current.theme === 'system' ? (dark.matches ? 'dark' : 'light') : current.theme;
  document.documentElement.dataset['theme'] = theme;
  document.documentElement.lang = current.language;
};

show();
dark.addEventListener('change', show);

export const preferences = (): Preferences => current;

/** Kept in this browser alone. */
export const prefer = (change: Partial<Preferences>): void => {
  current = { ...current, ...change };
  try {
    localStorage.setItem(key, JSON.stringify(current));
  } catch {
    // A browser that keeps nothing still shows the page.
  }
  show();
  for (const listener of listeners) listener(current);
};

export const usePreferences = (): Preferences => {
  const [now, set] = useState(current);
  useEffect(() => {
    listeners.add(set);
    return () => void listeners.delete(set);
  }, []);
  return now;
};
