/** Units of y for one of x, by least squares. */
export const slope = (points: readonly { readonly x: number; readonly y: number }[]): number => {
  const mean = (of: (point: { readonly x: number; readonly y: number }) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean((point) => point.x), mean((point) => point.y)];
  return mean((point) => (point.x - x) * (point.y - y)) / mean((point) => (point.x - x) ** 2);
};

export const rounded = (value: number, places = 0): number => Math.round(value * 10 ** places) / 10 ** places;
