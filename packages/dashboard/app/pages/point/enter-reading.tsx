import { useState } from 'preact/hooks';
import { client } from '../../api/client.ts';
import { readAll } from '../../api/use-pages.ts';
import { useResource } from '../../api/use-resource.ts';
import { Field } from '../../parts/field.tsx';
import { Form } from '../../parts/form.tsx';
import { Loaded } from '../../parts/loading.tsx';
import { instantOf } from '../../schema-form/civil.ts';
import { text } from '../../text.ts';

const typed = 'application/json';

/** A vendor variable that people may type readings of, and the series that it feeds. */
interface Place {
  readonly device: string;
  readonly instance: string;
  readonly variable: string;
  readonly series: string;
}

const placesOf = async (point: string, signal: AbortSignal): Promise<readonly Place[]> => {
  const [{ plugins }, bindings, devices] = await Promise.all([
    client.dataSchemas({}, { signal }),
    readAll('listData', { kind: 'bindings', point }, signal, 2),
    readAll('listData', { kind: 'devices' }, signal),
  ]);
  const instances = new Map(devices.map(({ id, content }) => [id, String(content['provider'])]));
  return bindings.flatMap(({ content }): Place[] => {
    const device = String(content['device']);
    const instance = instances.get(device) ?? '';
    if (plugins.providers[instance]?.mediaTypes.some((one) => one.startsWith(typed)) !== true) return [];
    return [{ device, instance, variable: String(content['variable']), series: String(content['series']) }];
  });
};

const base64 = (body: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(body)));

/** A reading that somebody took by hand. It is kept as it was typed, with who and why, and judged like any other. */
export const EnterReading = ({ point }: { readonly point: string }) => {
  const places = useResource(`places ${point}`, (signal) => placesOf(point, signal));
  const [done, setDone] = useState(false);
  const enter = async (place: Place | undefined, time: string, value: string, note: string) => {
    if (place === undefined) return;
    const { instance, device, variable } = place;
    const body = JSON.stringify({ readings: [{ variable, time: instantOf(time) ?? time, value: Number(value) }] });
    await client.enterReadings({ body: { instance, device, mediaType: typed, base64: base64(body), note } });
    setDone(true);
  };
  return (
    <section class="card">
      <h2>{text('reading.enter')}</h2>
      <Loaded of={places}>
        {(found) =>
          found.length === 0 ? (
            <p class="hint">{text('reading.nowhere')}</p>
          ) : (
            <>
              {done ? (
                <p class="notice" data-tone="good" role="status">
                  {text('reading.done')}
                </p>
              ) : null}
              <Form
                label={text('reading.enter')}
                submit={({ place = '', time = '', value = '', note = '' }) => {
                  setDone(false);
                  return enter(found[Number(place)], time, value, note);
                }}
              >
                {(mistake) => (
                  <div class="fields">
                    <Field label={text('series')}>
                      {(input) => (
                        <select {...input} name="place">
                          {found.map(({ device, variable, series }, index) => (
                            <option key={`${device} ${variable}`} value={String(index)}>
                              {`${series} (${device}, ${variable})`}
                            </option>
                          ))}
                        </select>
                      )}
                    </Field>
                    <Field label={`${text('instant')} *`} hint={text('instant.hint')}>
                      {(input) => <input {...input} name="time" type="datetime-local" step={1} required />}
                    </Field>
                    <Field label={`${text('value')} *`} hint={text('reading.unit')}>
                      {(input) => <input {...input} name="value" type="number" step="any" required />}
                    </Field>
                    <Field label={`${text('because')} *`} hint={text('reading.note')} mistake={mistake('note')}>
                      {(input) => <input {...input} name="note" required />}
                    </Field>
                  </div>
                )}
              </Form>
            </>
          )
        }
      </Loaded>
    </section>
  );
};
