import { closedObject, type Static, Type } from '../schema.ts';
import { Id, InstantText, SeriesId } from './instant.ts';

const id = Id;
const because = Type.String({ minLength: 3, description: 'Why, for whoever looks at it in six years.' });

/**
 * What a person says of a span of shown values. Values as read stay, and so does what was reported. Removing it takes it back.
 */
export const SeriesCorrection = Type.Union([
  closedObject({
    id,
    series: SeriesId,
    from: InstantText,
    to: InstantText,
    method: Type.Literal('set', { description: 'All values of the span are shown as `amount`.' }),
    amount: Type.Number({ description: 'In the unit of the series.' }),
    because,
  }),
  closedObject({
    id,
    series: SeriesId,
    from: InstantText,
    to: Type.Optional(InstantText),
    method: Type.Literal('offset', { description: '`amount` is added to all values of the span.' }),
    amount: Type.Number({ description: 'In the unit of the series.' }),
    because,
  }),
  closedObject({
    id,
    series: SeriesId,
    from: InstantText,
    to: InstantText,
    method: Type.Enum(['exclude', 'interpolate', 'hold'], {
      description: 'exclude: hidden. interpolate: a line between the values around. hold: the last value before.',
    }),
    because,
  }),
  closedObject({
    id,
    series: SeriesId,
    rule: Type.String({ description: 'The rule that proposed a correction.' }),
    key: Type.String({ description: 'Its key there.' }),
    decision: Type.Enum(['accept', 'revert'], {
      description: 'accept: a suggestion is applied. revert: it is not, nor what the rule applied at once.',
    }),
    because,
  }),
]);

export type SeriesCorrection = Static<typeof SeriesCorrection>;
