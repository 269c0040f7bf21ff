import { closedObject, Type } from '@caudal/core';
import { templateCsv } from '../../import/columns.ts';
import type { ImportPreview } from '../../import/import-points.ts';
import { csvEncodings } from '../../import/read-csv.ts';
import { type Content, type Route, route } from '../route.ts';
import { Because, saidProperties } from '../schemas/parts.ts';

const tag = 'Data';

const file = {
  base64: Type.String({
    minLength: 1,
    pattern: '^[A-Za-z0-9+/]+={0,2}$',
    description: 'The CSV, as base64. Separated by commas, semicolons or tabs.',
  }),
  encoding: Type.Optional(Type.Enum([...csvEncodings], { description: 'Default utf-8.' })),
};

const Counts = (description: string) => Type.Record(Type.String(), Type.Integer(), { description });

/** More than anybody mends at a time. */
const mistakesAtMost = 1_000;

const PreviewView = closedObject(
  {
    mistakes: Type.Array(
      closedObject({
        row: Type.Integer({ description: 'As the spreadsheet counts; 1 is the header.' }),
        column: Type.String({ description: 'Its header; empty for the row as a whole.' }),
        about: Type.Optional(
          Type.String({
            description: 'What of the data it is about, where that is not the cell. The message says it too.',
          }),
        ),
        ...saidProperties,
        severity: Type.Enum(['error', 'warning']),
      }),
      { description: `By row; the first ${mistakesAtMost}.` },
    ),
    total: Type.Integer({ description: 'How many mistakes there are.' }),
    adds: Counts('What is added, by kind.'),
    changes: Counts('What is changed, by kind.'),
  },
  { title: 'ImportPreview' },
);

const view = ({ mistakes, adds, changes }: ImportPreview) => ({
  mistakes: mistakes.slice(0, mistakesAtMost),
  total: mistakes.length,
  adds,
  changes,
});

const preview = route({
  id: 'previewImport',
  method: 'POST',
  path: '/imports/points/preview',
  tag,
  summary: 'Every mistake of a CSV of points with its cell, and what it would do; writes nothing',
  needs: 'config:read',
  once: true,
  large: true,
  body: closedObject(file),
  answer: PreviewView,
  run: async ({ body: { base64, encoding }, operations }) =>
    view(await operations.importPreview({ base64, ...(encoding === undefined ? {} : { encoding }) })),
});

const apply = route({
  id: 'importPoints',
  method: 'POST',
  path: '/imports/points',
  tag,
  summary: 'A CSV of points with their devices, bindings and meters: all of it or nothing',
  needs: 'config:write',
  large: true,
  body: closedObject({ ...file, because: Because }),
  answer: PreviewView,
  run: async ({ body: { base64, encoding, because }, operations }) =>
    view(await operations.importPoints({ base64, because, ...(encoding === undefined ? {} : { encoding }) })),
});

const template = route({
  id: 'importTemplate',
  method: 'GET',
  path: '/imports/points/template',
  tag,
  summary: 'A CSV to be filled in, with one row as an example',
  needs: 'config:read',
  content: ['text/csv'],
  run: async (): Promise<Content> => ({
    contentType: 'text/csv; charset=utf-8',
    body: templateCsv(),
    headers: { 'content-disposition': 'attachment; filename="caudal-points.csv"' },
  }),
});

export const importRoutes: readonly Route[] = [preview, apply, template];
