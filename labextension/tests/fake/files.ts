import type { IRecipe } from './recipes';

/** A file of a fake experiment. */
export interface IFakeFile {
  bytes: Uint8Array;
  size: number;
  mediaType: string;
}

const CONFUSION = Uint8Array.from(
  atob(
    'iVBORw0KGgoAAAANSUhEUgAAAG4AAABuBAMAAAA0dTvIAAAAElBMVEX////j8v273vuQyvlCpfUZdtKF1DnNAAAA4ElEQVR42u3YMWoDMRSE4W8N6W2fwOQu6bfZU8YGXyEXSQI5gG1It2C7CGSFso0WN4GZUuhV8zOap26AV7CB8xq3s19t4FRfWFmmzP3vuaXqwFOP8W0i6hnei2s1ffEhnDVxVsTVAPs1blv4mI22yw7X+BDO2vOswOi7x3iE1Q7XS/VunuJDOFuYZz8Z9TkdD3CoOTPRFx/CWXueFewUpaxobcV20GUPCGftnM03/qKfvUwLaXwIZw/oZ/Oab23xIZw9oJ/Vp10dbfEhnLVz9qd+1Z8Zxa/aV48xPoSzFt0BHqtGj1tuIsYAAAAASUVORK5CYII='
  ),
  character => character.charCodeAt(0)
);

function text(content: string, mediaType: string): IFakeFile {
  const bytes = new TextEncoder().encode(content);
  return { bytes, size: bytes.length, mediaType };
}

function sized(
  size: number,
  mediaType = 'application/octet-stream'
): IFakeFile {
  return { bytes: new Uint8Array(16), size, mediaType };
}

/** Return what a fake experiment wrote. */
export function filesOf(recipe: IRecipe): Map<string, IFakeFile> {
  if (recipe.bytes === 0) {
    return new Map();
  }
  const rows = Array.from({ length: 240 }, (_, row) =>
    [row, row % 10, (row * 7) % 10, (row / 240).toFixed(4)].join(',')
  );
  const metrics = {
    accuracy: recipe.accuracy,
    loss: recipe.end,
    classes: [0, 1, 2],
    best: { step: 28000, path: 'checkpoints/step-28000.ckpt' }
  };
  return new Map([
    ['checkpoints/step-20000.ckpt', sized(612e6)],
    ['checkpoints/step-28000.ckpt', sized(612e6)],
    ...Array.from({ length: 12 }, (_, index): [string, IFakeFile] => [
      `figures/epoch-${String(index).padStart(2, '0')}.png`,
      { bytes: CONFUSION, size: 342_000, mediaType: 'image/png' }
    ]),
    [
      'confusion.png',
      { bytes: CONFUSION, size: 212_000, mediaType: 'image/png' }
    ],
    [
      'diagram.svg',
      text('<svg onload="alert(1)"><circle r="4"/></svg>', 'image/svg+xml')
    ],
    [
      'metrics.json',
      text(JSON.stringify(metrics, null, 2), 'application/json')
    ],
    [
      'predictions.csv',
      text(`row,label,predicted,probability\n${rows.join('\n')}\n`, 'text/csv')
    ],
    ['predictions.parquet', sized(9.8e6)],
    ['"); import os #.csv', text('a,b\n1,"<b>2</b>"\n', 'text/csv')],
    ['train.log', text('epoch 0\nepoch 1\n', 'text/plain')]
  ]);
}

/** Return what a fake experiment printed. */
export function logOf(recipe: IRecipe): string {
  const lines = Array.from(
    { length: 80 },
    (_, at) =>
      `epoch ${String(at)}  loss ${(1 / (at + 1)).toFixed(4)}  \u001b[32mok\u001b[0m  <b>no markup</b>`
  );
  const crash = [
    'Traceback (most recent call last):',
    '  File "train.py", line 84, in <module>',
    '    raise ValueError(f"loss is NaN at step {step}")',
    'ValueError: loss is NaN at step 9600'
  ];
  return (
    [...lines, ...(recipe.state === 'ERRORED' ? crash : [])].join('\n') + '\n'
  );
}
