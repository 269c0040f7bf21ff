import { useSession } from '../../api/session.ts';
import { readAll } from '../../api/use-pages.ts';
import { useResource } from '../../api/use-resource.ts';
import { Loaded } from '../../parts/loading.tsx';
import { link } from '../../route.ts';
import { text } from '../../text.ts';
import { nameOf } from './name-of.ts';

const parts = ['bindings', 'meters', 'obligations', 'corrections', 'subscriptions'] as const;

/** What hangs on a point, each with the way to it and to a new one. */
export const PointParts = ({ point }: { readonly point: string }) => {
  const { may } = useSession();
  const found = useResource(`parts ${point}`, async (signal) =>
    Promise.all(parts.map((kind) => readAll('listData', { kind, point }, signal, 2))),
  );
  return (
    <section class="card">
      <h2>{text('point.parts')}</h2>
      <Loaded of={found}>
        {(lists) => {
          const devices = [...new Set((lists[0] ?? []).map(({ content }) => String(content['device'])))];
          const groups = [
            { kind: 'devices', things: devices.map((id) => ({ id, name: id })) },
            ...parts.map((kind, index) => ({
              kind,
              things: (lists[index] ?? []).map((one) => ({ id: one.id, name: nameOf(one) })),
            })),
          ] as const;
          return groups.map(({ kind, things }) => (
            <div key={kind}>
              <h3>{text(`data.${kind}`)}</h3>
              <ul>
                {things.map(({ id, name }) => (
                  <li key={id}>
                    <a href={link(['data', kind, id])}>{name}</a>
                  </li>
                ))}
              </ul>
              {may('config:write') ? (
                <a
                  class="button"
                  href={link(['data', kind], {
                    new: 'yes',
                    ...(['bindings', 'meters', 'corrections'].includes(kind) ? { series: `${point}/` } : {}),
                  })}
                >
                  {text('addTo', { what: text(`data.${kind}`) })}
                </a>
              ) : null}
            </div>
          ));
        }}
      </Loaded>
    </section>
  );
};
