export type { PhoneAddress } from './address.ts';
export type { TwilioOptions } from './twilio/config.ts';
export { twilio, type TwilioDefinition } from './twilio/twilio.ts';
export { type Segments, segmentsOf } from './text/segments.ts';
