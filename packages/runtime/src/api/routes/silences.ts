import { closedObject, Type } from '@caudal/core';
import type { Named } from '../../access/author-names.ts';
import type { SilenceRow } from '../../store/rows.ts';
import { silenceMinutesAtMost } from '../../operate/alerts.ts';
import { type Route, route } from '../route.ts';
import { At, Because, IdText, iso, NullableText, StoredId, By } from '../schemas/parts.ts';

const tag = 'Alerts';

const SilenceView = closedObject(
  {
    id: Type.String(),
    alert: NullableText,
    rule: NullableText,
    subject: NullableText,
    point: NullableText,
    until: At,
    actor: Type.String(),
    by: By,
    reason: Type.String(),
    at: At,
  },
  { title: 'Silence', description: 'People are not told of what fits all of these that are not null.' },
);

const silenceView = (row: Named<SilenceRow>) => ({ ...row, until: iso(row.until), at: iso(row.at) });

const Pattern = (description: string) => Type.String({ minLength: 1, maxLength: 200, pattern: '[^*]', description });

const list = route({
  id: 'listSilences',
  method: 'GET',
  path: '/silences',
  tag,
  summary: 'Silences that hold, the first to end first',
  needs: 'system:read',
  answer: closedObject({ items: Type.Array(SilenceView) }, { title: 'Silences' }),
  run: async ({ operations }) => ({ items: (await operations.silences()).map(silenceView) }),
});

const add = route({
  id: 'addSilence',
  method: 'POST',
  path: '/silences',
  tag,
  summary: 'Tell nobody of some alerts for some time',
  description:
    'One alert, or a rule, a subject and a point that have to fit together. A point alone leaves what is owed to regulators. What is still open at the end is told then.',
  needs: 'alerts:write',
  status: 201,
  body: closedObject({
    alert: Type.Optional(StoredId),
    rule: Type.Optional(Pattern('Rule of the alerts; * stands for any text.')),
    subject: Type.Optional(Pattern('What they are about, device:logger-1 or well-1/*.')),
    point: Type.Optional(IdText('Id of the point.')),
    minutes: Type.Integer({
      minimum: 1,
      maximum: silenceMinutesAtMost,
      description: 'How long, from now by the clock of the runtime.',
      examples: [240],
    }),
    because: Because,
  }),
  answer: SilenceView,
  run: async ({ body, operations }) => silenceView(await operations.silence(body)),
});

const remove = route({
  id: 'removeSilence',
  method: 'DELETE',
  path: '/silences/{silence}',
  tag,
  summary: 'End a silence now',
  needs: 'alerts:write',
  params: closedObject({ silence: StoredId }),
  async run({ params, operations }) {
    await operations.unsilence({ id: params.silence });
  },
});

export const silenceRoutes: readonly Route[] = [list, add, remove];
