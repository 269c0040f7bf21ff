import type { FastifyInstance } from 'fastify';
import { documentPage } from './document-page.ts';
import { openApiText } from './openapi-text.ts';

/** The document and a page to read it, open to all: they say what can be asked, never what is there. */
export const addDocument = (server: FastifyInstance): void => {
  let document: { readonly json: string; readonly page: string } | undefined;
  const made = () => {
    if (document === undefined) {
      const json = openApiText();
      document = { json, page: documentPage(JSON.parse(json) as Readonly<Record<string, unknown>>) };
    }
    return document;
  };
  server.get('/api/v1/openapi.json', async (_request, reply) =>
    reply.header('cache-control', 'public, max-age=300').type('application/json; charset=utf-8').send(made().json),
  );
  server.get('/api/v1/docs', async (_request, reply) =>
    reply.header('cache-control', 'public, max-age=300').type('text/html; charset=utf-8').send(made().page),
  );
  server.get('/api/v1/docs.css', async (_request, reply) =>
    reply.header('cache-control', 'public, max-age=300').type('text/css; charset=utf-8').send(documentStyle),
  );
};

const documentStyle = `:root { color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.5; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; }
h2 { border-bottom: 1px solid; margin-top: 2.5rem; }
details { border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: 4px; margin: 0.5rem 0; padding: 0.5rem 0.75rem; }
summary { cursor: pointer; overflow-wrap: anywhere; }
code, pre { font-family: ui-monospace, monospace; font-size: 0.9em; }
pre { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); padding: 0.25rem 0.5rem; text-align: left; vertical-align: top; }
`;
