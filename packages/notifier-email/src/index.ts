export type { EmailAddress, EmailOptions } from './config.ts';
export { email, type EmailDefinition } from './email.ts';
