import { nettra } from './nettra.ts';
import { novus } from './novus.ts';
import { tago } from './tago.ts';
import { tagoio, tagoioPush } from './tagoio.ts';
import { tdata } from './tdata.ts';
import { thethings } from './thethings.ts';
import { thingsboard, thingsboardGateway, thingsboardStream } from './thingsboard.ts';
import { thingsioAi, thingsioAiPush } from './thingsio-ai.ts';
import { thingsio } from './thingsio.ts';
import { twin } from './twin.ts';

/**
 * Parts of configurations by name, to be spread into one: `http({ ...presets.twin, baseUrl, secrets })`. The real platforms are
 * written from their documentation; `twin`, `nettra`, `novus`, `tago`, `tdata`, `thingsio` and `thingsioAi` are placeholders that
 * were never seen live.
 */
export const presets = {
  thingsboard,
  thingsboardGateway,
  thingsboardStream,
  thethings,
  tagoio,
  tagoioPush,
  twin,
  nettra,
  novus,
  tago,
  tdata,
  thingsio,
  thingsioAi,
  thingsioAiPush,
} as const;
