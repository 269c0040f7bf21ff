/**
 * Where the operations' SQL and PostgreSQL's differ. What SQLite has as a function and PostgreSQL lacks is made there as a function of the same
 * name, so that the text stays as it is; the rest is this table.
 */
const replacements: readonly (readonly [RegExp, string])[] = [
  // PostgreSQL has a json_each of its own, which answers pairs.
  [/\bjson_each\(/g, 'json_values('],
  [/\bNOT IN \(\)/g, "<> ALL ('{}')"],
  [/\bIN \(\)/g, "= ANY ('{}')"],
];

/** Functions of SQLite that the operations use. As there, the greatest or least of anything and NULL is NULL. */
export const functions = `
CREATE OR REPLACE FUNCTION json_extract(document text, path text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT document::pg_catalog.json OPERATOR(pg_catalog.#>>) pg_catalog.string_to_array(pg_catalog.substr(path, 3), '.') $$;
CREATE OR REPLACE FUNCTION json_values(document text) RETURNS TABLE (value text) LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT pg_catalog.json_array_elements_text(document::pg_catalog.json) $$;
CREATE OR REPLACE FUNCTION max(a bigint, b bigint) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT CASE WHEN a >= b THEN a ELSE b END $$;
CREATE OR REPLACE FUNCTION min(a bigint, b bigint) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT CASE WHEN a <= b THEN a ELSE b END $$;
CREATE OR REPLACE FUNCTION instr(whole text, part text) RETURNS integer LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT pg_catalog.strpos(whole, part) $$;
`;

/** A text in quotes, a name in quotes, a comment, or a parameter. */
const tokens = /'(?:[^']|'')*'|"[^"]*"|--[^\n]*|\?/g;

/** A statement of the operations as PostgreSQL takes it: parameters are numbered, and the table above applied. */
export const translate = (text: string): string => {
  let count = 0;
  const numbered = text.replace(tokens, (token) => (token === '?' ? `$${++count}` : token));
  return replacements.reduce((sql, [from, to]) => sql.replace(from, to), numbered);
};
