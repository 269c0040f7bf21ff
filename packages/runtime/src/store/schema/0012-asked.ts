/**
 * Up to which instant a vendor was asked for what a device measured; for a device's stream the variable is empty. What was decoded before
 * this was counted is taken for asked.
 */
export const asked = `
CREATE TABLE asked (device TEXT NOT NULL, variable TEXT NOT NULL, asked_to INTEGER NOT NULL, ended_at INTEGER NOT NULL,
  PRIMARY KEY (device, variable)) STRICT, WITHOUT ROWID;
INSERT INTO asked (device, variable, asked_to, ended_at) SELECT device, variable, decoded_to, decoded_to FROM watermark;
`;
