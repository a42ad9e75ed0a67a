import React, { useEffect, useMemo, useRef, useState } from 'react';
import uPlot from 'uplot';
import type { XAxis } from '../../model/plots';
import { useSize } from '../hooks';
import type { ITranslation } from '../host';
import { optionsOf } from './drawing';
import { aligned, type ILine } from './lines';
import { useTheme } from './theme';
import { Tooltip, type IHover } from './tooltip';

/** A plot of lines: drag to look closer, double click to see all. */
export function PlotCanvas(props: {
  lines: readonly ILine[];
  smoothing: number;
  xAxis: XAxis;
  logY: boolean;
  group: string;
  label: string;
  trans: ITranslation;
  onZoom: (low: number, high: number) => void;
  onReset: () => void;
}): React.JSX.Element {
  const { lines, smoothing, xAxis, logY, group } = props;
  const [ref, size] = useSize<HTMLDivElement>();
  const theme = useTheme();
  const plot = useRef<uPlot | null>(null);
  const [hover, setHover] = useState<IHover | null>(null);
  const zoom = useRef(props.onZoom);
  zoom.current = props.onZoom;
  const data = useMemo(() => aligned(lines, smoothing), [lines, smoothing]);
  // The series decide what uPlot is made of; new points only flow into it.
  const shape = data.series
    .map(({ line, part }) => `${line.address}/${part}/${line.slot}`)
    .join(' ');
  const latest = useRef({ data, lines, size });
  latest.current = { data, lines, size };
  const visible = size.width > 0 && size.height > 0;

  useEffect(() => {
    const element = ref.current;
    if (!element || !visible) {
      return undefined;
    }
    const options = optionsOf(
      {
        element,
        get aligned() {
          return latest.current.data;
        },
        get lines() {
          return latest.current.lines;
        },
        xAxis,
        logY,
        group,
        onZoom: (low, high) => {
          zoom.current(low, high);
        },
        onHover: made => {
          setHover(hoverOf(made));
        }
      },
      // Not the element's own: it has none while a theme is being changed.
      latest.current.size.width,
      latest.current.size.height
    );
    const made = new uPlot(options, tableOf(latest.current.data), element);
    plot.current = made;
    return () => {
      plot.current = null;
      made.destroy();
    };
  }, [ref, visible, shape, xAxis, logY, group, theme]);

  useEffect(() => {
    plot.current?.setData(tableOf(data));
  }, [data]);

  useEffect(() => {
    if (visible) {
      plot.current?.setSize(size);
    }
  }, [visible, size]);

  return (
    <div
      className="jp-Artifacts-plot"
      ref={ref}
      role="img"
      aria-label={props.label}
      onDoubleClick={props.onReset}
    >
      {hover && (
        <Tooltip
          hover={hover}
          lines={lines}
          xAxis={xAxis}
          width={size.width}
          trans={props.trans}
        />
      )}
    </div>
  );
}

function tableOf(data: ReturnType<typeof aligned>): uPlot.AlignedData {
  return [data.x, ...data.columns] as uPlot.AlignedData;
}

/** Return where the pointer is; null when it is over another plot. */
function hoverOf(plot: uPlot): IHover | null {
  const { left, top } = plot.cursor;
  // A plot whose crosshair only follows another's is told no height.
  const own = plot.cursor.event instanceof Event;
  if (left === undefined || top === undefined || left < 0 || !own) {
    return null;
  }
  return {
    x: plot.posToVal(left, 'x'),
    left: left + plot.bbox.left / devicePixelRatio,
    top
  };
}
