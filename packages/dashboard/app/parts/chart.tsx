import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { number, unit } from '../numbers.ts';
import { usePreferences } from '../preferences.ts';
import { text } from '../text.ts';
import { when, zones } from '../time.ts';

/** One line of a chart. */
export interface Line {
  readonly label: string;
  readonly unit: string;
  /** A colour of the theme, for example `--level`. */
  readonly colour: string;
  /** As many as the instants; null where there is nothing: the line breaks. */
  readonly values: readonly (number | null)[];
  /** Dashed: what was corrected or expected, beside what was read. */
  readonly dashed?: boolean;
  /** Points alone, without a line. */
  readonly points?: boolean;
  /** Thin and behind: what stands around another line. */
  readonly faint?: boolean;
}

export interface ChartData {
  /** UTC milliseconds, ascending. */
  readonly time: readonly number[];
  readonly lines: readonly Line[];
  /** Spans laid out in another ground, UTC milliseconds: what is shown otherwise than read. */
  readonly shades?: readonly { readonly from: number; readonly to: number }[];
}

const colour = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const axis = (extra: uPlot.Axis): uPlot.Axis => ({
  stroke: () => colour('--quiet'),
  grid: { stroke: () => colour('--line'), width: 1 },
  ticks: { stroke: () => colour('--line'), width: 1 },
  ...extra,
});

const day = 86_400;

/** What stands below a line of the grid: the hour, and the date where it is another one than before. */
const tick = (at: number, before: number | undefined, step: number): string => {
  if (step >= 28 * day) return when(at * 1000, 'year');
  const date = when(at * 1000, 'date');
  if (step >= day) return date;
  const hour = when(at * 1000, 'hour');
  return before === undefined || when(before * 1000, 'date') !== date ? `${hour}\n${date}` : hour;
};

const shade = (plot: uPlot, shades: ChartData['shades'] = []): void => {
  const { left, top, width, height } = plot.bbox;
  plot.ctx.save();
  plot.ctx.globalAlpha = 0.6;
  plot.ctx.fillStyle = colour('--suspect-ground');
  for (const { from, to } of shades) {
    const begin = Math.max(left, plot.valToPos(Math.max(from / 1000, plot.scales['x']?.min ?? 0), 'x', true));
    const end = Math.min(left + width, plot.valToPos(Math.min(to / 1000, plot.scales['x']?.max ?? 0), 'x', true));
    if (end >= begin) plot.ctx.fillRect(begin, top, Math.max(end - begin, 2), height);
  }
  plot.ctx.restore();
};

const optionsOf = (
  { lines }: ChartData,
  shades: () => ChartData['shades'],
  width: number,
  height: number,
  onZoom: ((from: number, to: number) => void) | undefined,
): uPlot.Options => {
  const scales = [...new Set(lines.map((line) => line.unit))];
  return {
    width,
    height,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), zones.people),
    series: [
      { label: text('instant'), value: (_, seconds) => (seconds === null ? '–' : when(seconds * 1000)) },
      ...lines.map((line): uPlot.Series => ({
        label: `${line.label} (${unit(line.unit)})`,
        scale: line.unit,
        stroke: () => colour(line.colour),
        width: line.points === true ? 0 : 1.5,
        ...(line.dashed === true ? { dash: [6, 4] } : {}),
        ...(line.points === true ? { points: { show: true, size: 7, fill: () => colour(line.colour) } } : {}),
        ...(line.faint === true ? { alpha: 0.45, width: 0.75 } : {}),
        value: (_, value) => number(value),
      })),
    ],
    axes: [
      axis({ values: (_, ticks, _axis, _space, step) => ticks.map((at, index) => tick(at, ticks[index - 1], step)) }),
      ...scales.map((scale, index) =>
        axis({
          scale,
          label: unit(scale),
          size: 64,
          values: (_, ticks) => ticks.map((tick) => number(tick)),
          ...(index > 0 ? { grid: { show: false } } : {}),
        }),
      ),
    ],
    cursor: { drag: { x: true, y: false, setScale: onZoom === undefined } },
    hooks: {
      drawClear: [(plot) => shade(plot, shades())],
      setSelect: [
        (plot) => {
          if (onZoom === undefined || plot.select.width < 4) return;
          const from = plot.posToVal(plot.select.left, 'x') * 1000;
          const to = plot.posToVal(plot.select.left + plot.select.width, 'x') * 1000;
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          onZoom(from, to);
        },
      ],
    },
  };
};

const columns = ({ time, lines }: ChartData): uPlot.AlignedData => [
  time.map((at) => at / 1000),
  ...lines.map(({ values }) => values as (number | null)[]),
];

/**
 * Lines over time. Dragging asks for the span with `onZoom`; new data replace the old ones without the chart being made anew, as
 * long as the lines are the same.
 */
export const Chart = ({
  data,
  label,
  height = 320,
  onZoom,
}: {
  readonly data: ChartData;
  /** What is to be seen, for those who do not see it. */
  readonly label: string;
  readonly height?: number;
  readonly onZoom?: ((from: number, to: number) => void) | undefined;
}) => {
  const { language, theme } = usePreferences();
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const zoom = useRef(onZoom);
  const shades = useRef(data.shades);
  zoom.current = onZoom;
  shades.current = data.shades;
  const shape = JSON.stringify([
    data.lines.map((line) => ({ ...line, values: null })),
    language,
    theme,
    onZoom === undefined,
  ]);

  useEffect(() => {
    const box = place.current;
    if (box === null) return undefined;
    const made = new uPlot(
      optionsOf(
        data,
        () => shades.current,
        box.clientWidth,
        height,
        onZoom === undefined ? undefined : (from, to) => zoom.current?.(from, to),
      ),
      columns(data),
      box,
    );
    plot.current = made;
    const watch = new ResizeObserver(() => made.setSize({ width: box.clientWidth, height }));
    watch.observe(box);
    return () => {
      watch.disconnect();
      made.destroy();
      plot.current = null;
    };
    // New data of the same shape are handed to the chart that stands, below.
  }, [shape, height]);

  useEffect(() => plot.current?.setData(columns(data)), [data]);

  return <div ref={place} class="chart" role="img" aria-label={label} />;
};
