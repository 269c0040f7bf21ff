/**
 * What came in and what was taken away, counted in the transactions that did it: with the counts by status they have to add up. What is there
 * already is what came in so far.
 */
export const flow = `
INSERT INTO tally (kind, key, count) SELECT 'stored', instance, count(*) FROM raw GROUP BY instance;
INSERT INTO tally (kind, key, count) SELECT 'owed', 'all', count(*) FROM submission HAVING count(*) > 0;
`;
