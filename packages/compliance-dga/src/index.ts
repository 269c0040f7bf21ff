export type { DgaOptions } from './config.ts';
export { dga, type DgaDefinition } from './dga.ts';
export { type SendTimeFormat, sendTimeFormats } from './send-time.ts';
export {
  type EmptyReason,
  emptyReasons,
  type Variant,
  type VariantName,
  variants,
  type WireParameter,
} from './variants.ts';
export { codigoObraPattern, type Work } from './work.ts';
