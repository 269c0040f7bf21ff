import { ApiProblem, type Entity } from '@caudal/client';
import { useState } from 'preact/hooks';
import { client } from '../../api/client.ts';
import { useSession } from '../../api/session.ts';
import { useResource } from '../../api/use-resource.ts';
import { AskWhy } from '../../parts/ask-why.tsx';
import { Loaded } from '../../parts/loading.tsx';
import { go, link } from '../../route.ts';
import { text } from '../../text.ts';
import { Conflict } from './conflict.tsx';
import { EntityForm } from './entity-form.tsx';
import { History } from './history.tsx';
import type { Kind } from './kinds.ts';
import { MeterActs } from './meter-acts.tsx';
import { nameOf } from './name-of.ts';
import { PointParts } from './point-parts.tsx';
import { useForms } from './use-forms.ts';

const withoutId = ({ id: _id, ...content }: Entity['content']) => content;

/** One thing of the data: changed on the version that was read, so that nobody's work is overwritten unseen. */
const Edit = ({
  kind,
  entity,
  again,
}: {
  readonly kind: Kind;
  readonly entity: Entity;
  readonly again: () => void;
}) => {
  const forms = useForms();
  const { may } = useSession();
  const [version, setVersion] = useState(entity.version);
  const [theirs, setTheirs] = useState<Entity>();
  const [saved, setSaved] = useState(false);
  const [removing, setRemoving] = useState(false);
  const { id } = entity;
  const open = entity.origin === 'kept' && may('config:write');
  return (
    <>
      <div class="title">
        <h1>{nameOf(entity)}</h1>
        <div class="acts row">
          {kind === 'points' ? (
            <a class="button" href={link(['points', entity.id])}>
              {text('point.look')}
            </a>
          ) : null}
          <a class="button" href={link(['data', kind])}>
            {text(`data.${kind}`)}
          </a>
          {open ? (
            <button type="button" onClick={() => setRemoving(true)}>
              {text('remove')}
            </button>
          ) : null}
        </div>
      </div>
      {entity.origin === 'provisioned' ? (
        <p class="notice">{text('data.provisioned', { place: entity.place ?? '' })}</p>
      ) : null}
      {saved ? (
        <p class="notice" data-tone="good" role="status">
          {text('data.saved')}
        </p>
      ) : null}
      <section class="card">
        {open ? (
          <Loaded of={forms}>
            {(found) => (
              <>
                {theirs === undefined ? null : (
                  <Conflict
                    mine={entity}
                    theirs={theirs}
                    takeTheirs={again}
                    keepMine={() => {
                      setVersion(theirs.version);
                      setTheirs(undefined);
                    }}
                  />
                )}
                <EntityForm
                  kind={kind}
                  id={entity.id}
                  forms={found}
                  initial={withoutId(entity.content)}
                  save={async (content, { because = '' }) => {
                    setSaved(false);
                    try {
                      const body = { content: { id, ...content }, because };
                      const now = await client.putData({ kind, id, body, ifMatch: `"${version}"` });
                      setVersion(now.version);
                      setTheirs(undefined);
                      setSaved(true);
                      scrollTo(0, 0);
                    } catch (thrown) {
                      if (thrown instanceof ApiProblem && thrown.status === 412)
                        setTheirs(await client.getData({ kind, id }));
                      throw thrown;
                    }
                  }}
                />
              </>
            )}
          </Loaded>
        ) : (
          <pre tabIndex={0}>{JSON.stringify(entity.content, null, 2)}</pre>
        )}
      </section>
      {kind === 'meters' && open ? <MeterActs meter={entity} /> : null}
      {kind === 'points' ? <PointParts point={entity.id} /> : null}
      {entity.origin === 'kept' ? <History key={version} kind={kind} id={id} /> : null}
      {removing ? (
        <AskWhy
          title={text('remove')}
          act={async (because) => {
            await client.removeData({ kind, id, because, ifMatch: `"${version}"` });
            go(['data', kind]);
          }}
          onClose={() => setRemoving(false)}
        />
      ) : null}
    </>
  );
};

export const EditEntity = ({ kind, id }: { readonly kind: Kind; readonly id: string }) => {
  const found = useResource(`data ${kind} ${id}`, (signal) => client.getData({ kind, id }, { signal }));
  return (
    <Loaded of={found}>
      {(entity) => <Edit key={entity.version} kind={kind} entity={entity} again={() => found.again()} />}
    </Loaded>
  );
};
