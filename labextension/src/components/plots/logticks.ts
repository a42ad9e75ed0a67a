const MOST = 6;
const FEW = 3;

/** Return where a logarithmic axis has its labels and lines, few and round. */
export function logTicks(low: number, high: number): number[] {
  if (!(low > 0) || !(high > low)) {
    return [];
  }
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  const decades = last - first + 1;
  if (decades >= FEW) {
    const every = Math.ceil(decades / MOST);
    return range(Math.ceil(first / every) * every, last, every).map(power);
  }
  const within = range(first - 1, last, 1)
    .flatMap(exponent => [1, 2, 5].map(digit => times(digit, exponent)))
    .filter(value => value >= low && value <= high);
  return within.length >= FEW ? within : evenTicks(low, high);
}

/** Return ticks that stand evenly: in less than a decade few powers lie. */
function evenTicks(low: number, high: number): number[] {
  const rough = (high - low) / 4;
  const exponent = Math.floor(Math.log10(rough));
  const step =
    [1, 2, 5, 10]
      .map(digit => times(digit, exponent))
      .find(value => value >= rough) ?? rough;
  return range(Math.ceil(low / step), Math.floor(high / step), 1).map(count =>
    Number((count * step).toPrecision(12))
  );
}

/** Return a logarithmic tick's text: "0.05", "1e-7". */
export function logTickText(value: number): string {
  const short = Number(value.toPrecision(6));
  return short >= 1e-3 && short < 1e4
    ? String(short)
    : short.toExponential().replace('e+', 'e');
}

function range(first: number, last: number, step: number): number[] {
  const count = Math.max(0, Math.floor((last - first) / step) + 1);
  return Array.from({ length: count }, (_, index) => first + index * step);
}

function power(exponent: number): number {
  return times(1, exponent);
}

function times(digit: number, exponent: number): number {
  return Number(`${digit}e${exponent}`); // 10 ** -5 is not 0.00001
}
