import type { DataSchemas, Entity } from '@caudal/client';
import { client } from '../../api/client.ts';
import { readAll } from '../../api/use-pages.ts';
import { type Resource, useResource } from '../../api/use-resource.ts';
import type { Kind, Names } from './kinds.ts';

/** What every form of data needs: the schemas, and names that are known. */
export interface Forms {
  readonly schemas: DataSchemas;
  readonly names: Names;
}

const ids = (entities: readonly Entity[]) => entities.map(({ id }) => id);

export const useForms = (): Resource<Forms> =>
  useResource('forms', async (signal): Promise<Forms> => {
    const all = (kind: Kind) => readAll('listData', { kind }, signal);
    const [schemas, points, devices, owners, sources, people] = await Promise.all([
      client.dataSchemas({}, { signal }),
      all('points'),
      all('devices'),
      all('owners'),
      all('sources'),
      all('people'),
    ]);
    const series = points.flatMap(({ id, content }) =>
      Object.keys(content['series'] ?? {}).map((name) => `${id}/${name}`),
    );
    return {
      schemas,
      names: {
        points: ids(points),
        series,
        devices: ids(devices),
        owners: ids(owners),
        sources: ids(sources),
        people: ids(people),
      },
    };
  });
