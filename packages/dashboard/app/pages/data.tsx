import type { PageProps } from '../page-props.ts';
import { link, useRoute } from '../route.ts';
import { text } from '../text.ts';
import { EditEntity } from './data/edit-entity.tsx';
import { EntityList } from './data/entity-list.tsx';
import { ImportPage } from './data/import.tsx';
import { isKind, kinds } from './data/kinds.ts';
import { NewEntity } from './data/new-entity.tsx';

const Kinds = () => (
  <>
    <div class="title">
      <h1>{text('nav.data')}</h1>
      <div class="acts row">
        <a class="button" href={link(['data', 'import'])}>
          {text('import')}
        </a>
      </div>
    </div>
    <p class="hint">{text('data.hint')}</p>
    <ul class="cards" role="list">
      {kinds.map((kind) => (
        <li key={kind} class="card">
          <a href={link(['data', kind])}>{text(`data.${kind}`)}</a>
          <span class="hint">{text(`data.${kind}.hint`)}</span>
        </li>
      ))}
    </ul>
  </>
);

/** What the runtime knows of wells, devices, people and duties: from files, and kept here. */
const Data = ({ rest: [kind, id] }: PageProps) => {
  const { query } = useRoute();
  if (kind === 'import') return <ImportPage />;
  if (!isKind(kind)) return <Kinds />;
  if (id !== undefined) return <EditEntity key={id} kind={kind} id={id} />;
  return query.has('new') ? <NewEntity kind={kind} query={query} /> : <EntityList kind={kind} />;
};

export default Data;
