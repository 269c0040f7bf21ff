import type { Point } from '@caudal/client';
import { number } from '../../numbers.ts';

/** A point whose place is known. */
export interface Placed extends Point {
  readonly place: { readonly latitude: number; readonly longitude: number };
}

export const placed = (points: readonly Point[]): readonly Placed[] =>
  points.filter((point): point is Placed => point.place?.latitude !== undefined && point.place.longitude !== undefined);

const width = 1000;
const margin = 60;
const kmPerDegree = 111.32;

/** The largest of 1, 2, 5 × 10ⁿ that is not above a length. */
const round = (length: number): number => {
  const power = 10 ** Math.floor(Math.log10(length));
  return [5, 2, 1].map((step) => step * power).find((step) => step <= length) ?? power;
};

const ticks = (from: number, to: number): readonly number[] => {
  const step = round(Math.max((to - from) / 3, 1e-6));
  return Array.from({ length: Math.floor(to / step) - Math.ceil(from / step) + 1 }, (_, index) =>
    Number(((Math.ceil(from / step) + index) * step).toFixed(9)),
  );
};

/**
 * Places on a plane: equirectangular about their middle, where a kilometre east is as long as one north. Good enough for what one
 * operator looks after.
 */
export const project = (points: readonly Placed[]) => {
  const latitudes = points.map(({ place }) => place.latitude);
  const longitudes = points.map(({ place }) => place.longitude);
  const middle = (Math.min(...latitudes) + Math.max(...latitudes)) / 2;
  const shrink = Math.cos((middle * Math.PI) / 180);
  const spanY = Math.max(Math.max(...latitudes) - Math.min(...latitudes), 0.005);
  const spanX = Math.max((Math.max(...longitudes) - Math.min(...longitudes)) * shrink, 0.005);
  const perDegree = Math.min((width - 2 * margin) / spanX, 900 / spanY);
  const height = Math.round(Math.max(spanY * perDegree + 2 * margin, 320));
  const centre = (Math.min(...longitudes) + Math.max(...longitudes)) / 2;
  const x = (longitude: number) => width / 2 + (longitude - centre) * shrink * perDegree;
  const y = (latitude: number) => height / 2 - (latitude - middle) * perDegree;
  const west = centre - width / 2 / (shrink * perDegree);
  const east = 2 * centre - west;
  const south = middle - height / 2 / perDegree;
  const north = 2 * middle - south;
  const km = round(((width / 5) * kmPerDegree) / perDegree);
  return {
    width,
    height,
    places: points.map((point) => ({ point, x: x(point.place.longitude), y: y(point.place.latitude) })),
    meridians: ticks(west, east).map((degree) => ({ at: x(degree), label: `${number(degree, 4)}°` })),
    parallels: ticks(south, north).map((degree) => ({ at: y(degree), label: `${number(degree, 4)}°` })),
    scale: {
      length: (km / kmPerDegree) * perDegree,
      label: km >= 1 ? `${number(km)} km` : `${number(km * 1000)} m`,
    },
  };
};
