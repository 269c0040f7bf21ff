import { parseSpelledJson } from '@caudal/core';

/** A body of thethings.iO as JSON in which every `value` number keeps its spelling. Throws kind `invalid-data`. */
export const parseBody = (body: Uint8Array): unknown => parseSpelledJson(body, (key) => key === 'value');
