import { CaudalError, closedObject, type ConfigOf, configured, type DecodeProblem } from '@caudal/core';
import { defineProvider, isJsonObject, parseInstant, parseSpelledJson, type Reading, readValue } from '@caudal/core';
import { schemaOf, SecretRef, Type } from '@caudal/core';
import { createHttp } from '@caudal/http';
import manifest from '../package.json' with { type: 'json' };

const definition = defineProvider({
  id: 'acme-id',
  version: manifest.version,
  description: 'Readings of Acme loggers over HTTP.',
  config: schemaOf(closedObject({ baseUrl: Type.String({ description: 'Address of the API.' }), token: SecretRef })),
  device: schemaOf(closedObject({})),
  variable: schemaOf(closedObject({})),
  // What the vendor can do and how often it may be asked, as data: the host keeps to it.
  capabilities: {
    pull: { scope: 'device', by: 'time', range: true, maxVariables: 20, maxLimit: 1000, maxWindowMs: 86_400_000 },
    limits: [{ requests: 60, perMs: 60_000, per: 'instance' }],
  },
  create({ config: { baseUrl, token }, host }) {
    const http = createHttp({ host, baseUrl, auth: { type: 'bearer', secret: token } });
    return {
      close: () => http.close(),
      async check({ signal }) {
        http.expectOk(await http.send({ path: '/account', signal }));
        return { ok: true, message: 'Acme accepts the token' };
      },
      // One request, one raw body. The host asks for the next page, keeps the body, and waits when the vendor says so.
      async pull({ devices: [device], window, limit: most, page, signal }) {
        const limit = Math.min(most, 1000);
        if (device === undefined) return { records: [] };
        const variables = device.variables.map(({ name }) => name);
        const span = window && { from: new Date(window.from).toISOString(), to: new Date(window.to).toISOString() };
        const query = { variables: variables.join(','), limit, ...span, ...(typeof page === 'string' && { page }) };
        const params = { id: device.externalId };
        const response = await http.send({ path: '/devices/{id}/readings', params, query, signal });
        http.expectOk(response);
        const { next } = http.json(response) as { next?: string };
        const asked = { devices: [device.externalId], variables, limit, ...(window && { window }) };
        const { body, path, status } = response;
        const record = { body, envelope: { channel: 'pull' as const, device: device.id, asked, path, status } };
        return { records: [record], ...(next && { page: next }) };
      },
      // Pure: a body of years ago can be read again after a fix. What can not be read is a problem, never a zero.
      decode({ body, envelope }, context) {
        const answer = parseSpelledJson(body);
        const rows = isJsonObject(answer) ? answer['readings'] : undefined;
        const device = context.externalId(envelope.device ?? '');
        if (!Array.isArray(rows) || device === undefined) throw new CaudalError('invalid-data', 'no list of readings');
        const readings: Reading[] = [];
        const problems: DecodeProblem[] = [];
        for (const [index, row] of rows.entries()) {
          const { variable, time, value }: Record<string, unknown> = isJsonObject(row) ? row : {};
          const at = typeof time === 'string' ? parseInstant(time) : undefined;
          if (typeof variable === 'string' && at !== undefined && value !== undefined)
            readings.push({ device, variable, at, ...readValue(value) });
          else problems.push({ reason: 'no variable, value, or time with a zone', at: `/readings/${index}` });
        }
        return { readings, problems };
      },
    };
  },
});

/** Acme loggers. @example acme({ baseUrl: 'https://api.acme.example', token: 'env:ACME_TOKEN' }) */
export const acme = (config: ConfigOf<typeof definition>) => configured(definition, config);
