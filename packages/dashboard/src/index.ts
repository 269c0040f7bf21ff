import { fileURLToPath } from 'node:url';

/** Where the built page lies: `index.html` and what it loads, to be served as they are. Nothing in it asks for another host. */
export const folder: string = fileURLToPath(new URL('../dist/app/', import.meta.url));
