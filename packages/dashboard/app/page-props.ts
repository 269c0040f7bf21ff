/** A page gets the rest of its address. */
export interface PageProps {
  readonly rest: readonly string[];
}
