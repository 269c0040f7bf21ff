import type { SendSwitch } from '../store.ts';
import { appendAudit } from './audit.ts';
import { read, write } from './operation.ts';

export const stopSends = write('stopSends', {
  class: 'live',
  rows: () => 2,
  async run({ sql }, { scope, since, actor, reason }, audit) {
    const stopped = await sql.run(
      'INSERT INTO send_switch (scope, since, actor, reason) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
      [scope, since, actor, reason],
    );
    if (stopped === 1) await appendAudit({ sql }, [audit]);
    return stopped === 1;
  },
});

export const resumeSends = write('resumeSends', {
  class: 'live',
  rows: () => 2,
  async run({ sql }, scope, audit) {
    const resumed = await sql.run('DELETE FROM send_switch WHERE scope = ?', [scope]);
    if (resumed === 1) await appendAudit({ sql }, [audit]);
    return resumed === 1;
  },
});

export const switches = read('switches', async (sql) =>
  sql.all<SendSwitch>('SELECT scope, since, actor, reason FROM send_switch ORDER BY scope'),
);
