export type { PhoneAddress } from './address.ts';
export type { SmsGatewayOptions } from './gateway/config.ts';
export { smsGateway, type SmsGatewayDefinition } from './gateway/gateway.ts';
export { type Segments, segmentsOf } from './text/segments.ts';
export type { TwilioOptions } from './twilio/config.ts';
export { twilio, type TwilioDefinition } from './twilio/twilio.ts';
