/** How far the partitions of a Kafka topic are stored: written with what they brought, so that both are there or neither is. */
export const feedPositions = `
CREATE TABLE feed_position (
  topic TEXT NOT NULL,
  part INTEGER NOT NULL,
  -- Offset of the first record that is not stored.
  next INTEGER NOT NULL,
  -- Who stored last, and when: to be named when a partition stands still.
  holder TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (topic, part)
) STRICT;
`;
