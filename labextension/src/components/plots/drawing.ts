import type uPlot from 'uplot';
import type { XAxis } from '../../model/plots';
import { colorName, dashOf } from '../colors';
import { durationText } from '../format';
import { tickText, tickTexts } from './axis';
import { logTicks, logTickText } from './logticks';
import type { IAligned, ILine } from './lines';
import { cssValue, faded } from './theme';

/** What a plot is drawn from. */
export interface IDrawing {
  readonly element: HTMLElement;
  readonly aligned: IAligned;
  readonly lines: readonly ILine[];
  readonly xAxis: XAxis;
  readonly logY: boolean;
  /** Cards of one group show one crosshair. */
  readonly group: string;
  readonly onZoom: (low: number, high: number) => void;
  readonly onHover: (plot: uPlot) => void;
}

// uPlot's own name for it is a constant that isolated modules cannot read.
const LOGARITHMIC = { distr: 3 };
// Its own ticks are nine a decade: a smear over many, no label within one.
const LOG_TICKS: Pick<uPlot.Axis, 'splits' | 'filter'> = {
  splits: (_self, _axis, low, high) => logTicks(low, high),
  filter: (_self, ticks) => ticks
};

/** Return uPlot's options; colours are read from the page when it draws. */
export function optionsOf(
  drawing: IDrawing,
  width: number,
  height: number
): uPlot.Options {
  const { element, aligned, xAxis, logY } = drawing;
  const css = (name: string): string => cssValue(element, name);
  const font = `${css('--jp-Artifacts-plot-font') || '11px'} ${css('--jp-Artifacts-font') || 'sans-serif'}`;
  const axis: uPlot.Axis = {
    font,
    stroke: () => css('--jp-Artifacts-text2'),
    grid: { stroke: () => css('--jp-Artifacts-grid'), width: 1 },
    ticks: { show: false },
    border: { show: false }
  };
  const range = logY ? logRange : linearRange;
  const xValues = (_: uPlot, values: number[]): string[] =>
    xAxis === 'relative' ? values.map(durationText) : values.map(tickText);
  return {
    width,
    height,
    padding: [10, 12, 0, 0],
    legend: { show: false },
    scales: {
      x: { time: xAxis === 'time' },
      y: Object.assign({ range }, logY ? LOGARITHMIC : {})
    },
    axes: [
      {
        ...axis,
        size: 24,
        gap: 4,
        space: 56,
        grid: { show: false },
        ...(xAxis === 'time' ? {} : { values: xValues })
      },
      {
        ...axis,
        gap: 6,
        size: (_, values) => widest(values),
        space: 34,
        values: (_, values) =>
          logY ? values.map(logTickText) : tickTexts(values),
        ...(logY ? LOG_TICKS : {})
      }
    ],
    series: [
      {},
      ...aligned.series.map(({ line, part }): uPlot.Series => {
        const color = (): string => css(colorName(line.slot));
        const envelope = part === 'low' || part === 'high';
        return {
          stroke: envelope
            ? 'transparent'
            : () => (part === 'raw' ? faded(color(), 0.28) : color()),
          width: part === 'raw' ? 1 : envelope ? 0 : 1.6,
          dash: part === 'drawn' ? dashOf(line.slot) : [],
          points: {
            // Asked at each drawing: a line that has one point now will grow.
            show: (_, index) => {
              const now = drawing.aligned.series[index - 1];
              return now?.part === 'drawn' && now.line.x.length === 1;
            },
            size: 6,
            fill: color
          },
          spanGaps: false
        };
      })
    ],
    bands: aligned.series.flatMap(({ line, part }, index) =>
      part === 'high'
        ? {
            series: [index + 1, index + 2] as [number, number],
            fill: () => faded(css(colorName(line.slot)), 0.18)
          }
        : []
    ),
    cursor: {
      y: false,
      points: { show: false },
      sync: { key: drawing.group, scales: ['x', null] },
      drag: { x: true, y: false, setScale: false }
    },
    hooks: {
      setCursor: [drawing.onHover],
      setSelect: [
        plot => {
          const { left, width: wide } = plot.select;
          if (wide > 3) {
            drawing.onZoom(
              plot.posToVal(left, 'x'),
              plot.posToVal(left + wide, 'x')
            );
            plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          }
        }
      ],
      draw: [
        plot => {
          drawEnds(plot, drawing, css);
        }
      ]
    }
  };
}

/** Return the range of an axis, wide enough for its ticks to be told apart. */
export function linearRange(
  _: uPlot,
  low: number | null,
  high: number | null
): [number, number] {
  if (low === null || high === null) {
    return [0, 1];
  }
  // A value and its average may differ in their last bits only; uPlot counts the
  // ticks between them for ever.
  const largest = Math.max(Math.abs(low), Math.abs(high));
  const span = high - low > largest * 1e-9 ? high - low : largest || 1;
  const floor = low >= 0 && low < span * 0.35 ? 0 : low - span * 0.06;
  return [floor, high + span * 0.06];
}

function logRange(
  _: uPlot,
  low: number | null,
  high: number | null
): [number, number] {
  return low === null || high === null || low <= 0
    ? [0.1, 1]
    : [low / 1.15, high * 1.15];
}

function widest(values: string[] | null): number {
  const longest = Math.max(3, ...(values ?? []).map(one => one.length));
  return Math.round(longest * 6.6) + 10;
}

/** Draw a dot where a run is now, and ticks for values that have no place. */
function drawEnds(
  plot: uPlot,
  { lines }: IDrawing,
  css: (name: string) => string
): void {
  const { ctx, bbox } = plot;
  const unit = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(
    bbox.left,
    bbox.top - 4 * unit,
    bbox.width + 6 * unit,
    bbox.height + 8 * unit
  );
  ctx.clip();
  for (const line of lines) {
    ctx.fillStyle = css(colorName(line.slot));
    for (const { x, edge } of line.odd) {
      const left = plot.valToPos(x, 'x', true);
      const top = edge === 'top' ? bbox.top : bbox.top + bbox.height - 6 * unit;
      ctx.fillRect(left - unit / 2, top, unit, 6 * unit);
    }
    const last = lastPlace(line);
    const [x, y] = [line.x[last], line.drawn[last]];
    if (line.running && x !== undefined && typeof y === 'number') {
      ctx.beginPath();
      ctx.arc(
        plot.valToPos(x, 'x', true),
        plot.valToPos(y, 'y', true),
        3.5 * unit,
        0,
        2 * Math.PI
      );
      ctx.fill();
    }
  }
  ctx.restore();
}

function lastPlace({ drawn }: ILine): number {
  let last = drawn.length - 1;
  while (last >= 0 && drawn[last] === null) {
    last -= 1;
  }
  return last;
}
