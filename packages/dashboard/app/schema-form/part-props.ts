import type { Path } from './path.ts';
import type { Schema } from './schema.ts';

/** What every part of a form is told. */
export interface PartProps {
  readonly schema: Schema;
  readonly path: Path;
  readonly required: boolean;
}
