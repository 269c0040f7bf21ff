import { CaudalError } from '@caudal/core';

/** A PostgreSQL database, and the schema in it that is ours alone. */
export interface Address {
  /** Without what is ours in it, as the client library takes it. */
  readonly connectionString: string;
  readonly schema: string;
}

/** A name that needs no quotes anywhere, so that none of it can be read as anything else. */
const schemaName = /^[a-z_][a-z0-9_]{0,62}$/;

/**
 * `postgres://user@host:5432/database?schema=caudal`; a socket's folder as `?host=/run/postgresql`. The schema is `caudal` unless it is named.
 * What is absent is taken from PGHOST, PGUSER, PGPASSWORD and their like, or from the password file, as everywhere with PostgreSQL.
 *
 * @throws CaudalError kind `config`
 */
export const parseAddress = (text: string): Address => {
  const url = URL.parse(text);
  if (url === null) throw new CaudalError('config', 'the address of the database is no URL', { sent: 'no' });
  const schema = url.searchParams.get('schema') ?? 'caudal';
  if (!schemaName.test(schema))
    throw new CaudalError('config', `"${schema}" can not be the schema of the database: use a-z, 0-9 and _`, {
      sent: 'no',
    });
  url.searchParams.delete('schema');
  return { connectionString: url.href, schema };
};

/** An address as people and logs may see it. */
export const printableAddress = (text: string): string => {
  const url = URL.parse(text);
  if (url === null) return 'postgres://';
  if (url.password !== '') url.password = '***';
  if (url.searchParams.has('password')) url.searchParams.set('password', '***');
  return url.href;
};
