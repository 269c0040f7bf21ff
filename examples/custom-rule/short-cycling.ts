import { closedObject, configured, defineRule, type Finding, type Json, schemaOf, Type } from '@caudal/core';

const hour = 3_600_000;

/** Everything a run knows. It must survive `save` and `load`, so it is plain JSON. */
interface State {
  /** Whether the pump ran at the last sample; null before the first. */
  running: boolean | null;
  /** Starts of the last hour. */
  starts: number[];
  /** First and last start of what goes on now. */
  open: { from: number; to: number } | null;
}

const definition = defineRule({
  id: 'short-cycling',
  version: '1.0.0',
  description: 'A pump that starts too often in an hour wears out; its flow shows it.',
  // `config` is of the plugin, `params` of one use: a point can have others, or false.
  config: schemaOf(closedObject({})),
  params: schemaOf(
    closedObject({
      startsPerHour: Type.Integer({ minimum: 1, default: 6, description: 'More starts than these are too many.' }),
      runningLps: Type.Number({ default: 0.5, description: 'From this flow on the pump runs, L/s.' }),
    }),
  ),
  // The host gives the series that plays the role, in this unit, whatever the vendor sends.
  roles: { flow: { required: true, unit: 'L/s', description: 'Flow of the pump.' } },
  // `event`: it is about the pump, not about the data, so no value is flagged; people are told of it as of an alert.
  codes: { SHORT_CYCLING: { flags: [1], about: 'event', text: 'the pump starts too often' } },
  create: () => ({
    open({ startsPerHour, runningLps }) {
      let state: State = { running: null, starts: [], open: null };

      // One key for one episode: what is said later under the same key replaces what was said before.
      const said = ({ from, to }: { from: number; to: number }, status: Finding['status']): Finding => {
        return { key: `SHORT_CYCLING:flow:${from}`, role: 'flow', from, to, code: 'SHORT_CYCLING', flag: 1, status };
      };
      /** Time has come to `now`: starts of more than an hour ago no longer count, and an episode may be over. */
      const forget = (now: number): Finding[] => {
        state.starts = state.starts.filter((at) => at > now - hour);
        if (state.open === null || state.starts.length > startsPerHour) return [];
        const over = said(state.open, 'final');
        state.open = null;
        return [over];
      };
      const start = (at: number): Finding[] => {
        state.starts.push(at);
        if (state.starts.length <= startsPerHour) return [];
        state.open = { from: state.open?.from ?? state.starts[0] ?? at, to: at };
        return [said(state.open, 'provisional')];
      };
      const output = (findings: Finding[]) => ({ findings, corrections: [], withdrawn: [] });

      return {
        // Samples come in chunks of any size, in order of time. The findings must not depend on where a chunk ends.
        push({ flow: column }) {
          const findings: Finding[] = [];
          for (let index = 0; index < (column?.length ?? 0); index += 1) {
            const at = column?.time[index] ?? 0;
            const value = column?.value[index] ?? Number.NaN;
            // No value: nobody knows whether the pump ran.
            if (Number.isNaN(value)) continue;
            findings.push(...forget(at));
            const running = value >= runningLps;
            if (running && state.running === false) findings.push(...start(at));
            state.running = running;
          }
          return output(findings);
        },
        // No data came until `to`: an episode can end without a sample.
        advance: (to) => output(forget(to)),
        save: () => structuredClone(state) as unknown as Json,
        load(saved) {
          state = structuredClone(saved) as unknown as State;
        },
      };
    },
  }),
});

/** @example rules: [{ rule: shortCycling(), params: { startsPerHour: 6 } }] */
export const shortCycling = () => configured(definition, {});
