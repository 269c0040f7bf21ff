import { useEffect, useState } from 'preact/hooks';

/** Where the page is: what stands after `#/`. A hash works below any base path and needs nothing of the server. */
export interface Route {
  /** Decoded parts of the path. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
}

const read = (): Route => {
  const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?', 2);
  return { path: path.split('/').filter(Boolean).map(decodeURIComponent), query: new URLSearchParams(query) };
};

export const link = (path: readonly string[], query: Readonly<Record<string, string>> = {}): string => {
  const search = new URLSearchParams(query).toString();
  return `#/${path.map(encodeURIComponent).join('/')}${search === '' ? '' : `?${search}`}`;
};

export const go = (path: readonly string[], query: Readonly<Record<string, string>> = {}): void => {
  location.hash = link(path, query);
};

/** Changes what is asked of the page where it is, without a step in the browser's history. */
export const ask = (change: Readonly<Record<string, string | null>>): void => {
  const { path, query } = read();
  for (const [name, value] of Object.entries(change))
    if (value === null || value === '') query.delete(name);
    else query.set(name, value);
  history.replaceState(null, '', link(path, Object.fromEntries(query)));
  dispatchEvent(new HashChangeEvent('hashchange'));
};

export const useRoute = (): Route => {
  const [route, set] = useState(read);
  useEffect(() => {
    const changed = () => set(read());
    // It may have changed between the first look and this one.
    changed();
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  return route;
};
