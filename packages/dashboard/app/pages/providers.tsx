import { client } from '../api/client.ts';
import { useResource } from '../api/use-resource.ts';
import { number } from '../numbers.ts';
import { Badge } from '../parts/badge.tsx';
import { Instant } from '../parts/instant.tsx';
import { Loaded } from '../parts/loading.tsx';
import { Table } from '../parts/table.tsx';
import { link } from '../route.ts';
import { named, text } from '../text.ts';
import { ruleName } from '../words/rule-names.ts';

/** Vendors and how they stand, and what they send that nobody wants. */
const Providers = () => {
  const providers = useResource('providers', (signal) => client.listProviders({}, { signal }), ['values', 'alert']);
  const unclaimed = useResource('unclaimed', (signal) => client.listUnclaimed({}, { signal }));
  return (
    <>
      <div class="title">
        <h1>{text('nav.providers')}</h1>
      </div>
      <Loaded of={providers}>
        {({ items }) => (
          <section class="card">
            <Table
              caption={text('nav.providers')}
              rows={items}
              rowKey={({ name }) => name}
              columns={[
                {
                  head: text('provider'),
                  cell: ({ name, plugin, version }) => (
                    <>
                      <strong>{name}</strong>
                      <div class="quiet">
                        {plugin} {version}
                      </div>
                    </>
                  ),
                },
                {
                  head: text('health'),
                  cell: ({ troubles }) =>
                    troubles.length === 0 ? (
                      <Badge tone="good">{text('fine')}</Badge>
                    ) : (
                      troubles.map(({ alert, rule, since, reason }) => (
                        <div key={alert}>
                          <a href={link(['alerts', alert])}>{ruleName(rule)}</a> <Instant at={since} />
                          {reason === null ? null : <div class="quiet">{reason}</div>}
                        </div>
                      ))
                    ),
                },
                {
                  head: text('devices'),
                  cell: ({ devices }) => (
                    <>
                      {text('providers.devices', { ok: devices.ok, total: devices.total })}{' '}
                      {devices.offline === 0 ? null : (
                        <Badge tone="fail">{`${devices.offline} ${named('health', 'OFFLINE')}`}</Badge>
                      )}
                    </>
                  ),
                },
                { head: text('lastContact'), cell: ({ lastContact }) => <Instant at={lastContact} /> },
                { head: text('lastArrival'), cell: ({ lastArrival }) => <Instant at={lastArrival} /> },
              ]}
            />
          </section>
        )}
      </Loaded>
      <section class="card">
        <h2>{text('unclaimed')}</h2>
        <p class="hint">{text('unclaimed.hint')}</p>
        <Loaded of={unclaimed}>
          {({ items }) => (
            <Table
              caption={text('unclaimed')}
              rows={items}
              rowKey={({ instance, device, variable }) => `${instance} ${device} ${variable}`}
              columns={[
                { head: text('provider'), cell: ({ instance }) => instance },
                { head: text('device'), cell: ({ device }) => device },
                { head: text('variable'), cell: ({ variable }) => variable },
                { head: text('count'), numeric: true, cell: ({ count }) => number(count) },
                {
                  head: text('lastContact'),
                  cell: ({ lastAt, lastRaw }) => (
                    <a href={link(['raw', lastRaw])}>
                      <Instant at={lastAt} />
                    </a>
                  ),
                },
              ]}
            />
          )}
        </Loaded>
      </section>
    </>
  );
};

export default Providers;
