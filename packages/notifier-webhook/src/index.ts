export type { WebhookAddress, WebhookOptions } from './config.ts';
export type { WebhookPayload } from './payload.ts';
export { webhook, type WebhookDefinition } from './webhook.ts';
