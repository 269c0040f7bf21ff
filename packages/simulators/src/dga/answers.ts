import { type Answer, json } from '../loopback.ts';

/** The envelope of every answer of the API. */
export const reply = (httpStatus: number, status: string, message: string, data: unknown = {}): Answer =>
  json(httpStatus, { status, message, data });

/** A refusal. HTTP 400 is observed; the `status` beside it is an assumption. */
export const refused = (message: string): Answer => reply(400, '400', message);

/** Observed wording. */
export const mismatch = (): Answer => refused('Usuario no es el informante registrado en la Obra');

/** Observed wording; the form without a receipt is an assumption. */
export const duplicate = (receipt: string | undefined): Answer =>
  refused(
    `Ya existe un registro en esa fecha, hora para la obra.${receipt === undefined ? '' : ` Comprobante: ${receipt}`}`,
  );

/** Assumed: no limit is documented. */
export const rateLimited = (): Answer => reply(429, '429', 'Demasiadas solicitudes');

/** Whether the answer tells its reader that the measurement is stored. */
export const tellsStored = ({ body }: Answer): boolean =>
  body.startsWith('{"status":"00"') || body.includes('Ya existe un registro');
