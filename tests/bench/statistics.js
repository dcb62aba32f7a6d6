// Numbers about numbers: medians, and the ratio of two series measured in turn.

export const median = (numbers) => {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/** The median of the ratios round by round: a slow second of the machine slows both. */
export const medianRatio = (series, baseline) => median(series.map((value, round) => value / baseline[round]));

/** Largest difference relative to the largest expected value; infinite where a value is no number. */
export const relativeError = (actual, expected) => {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < expected.length; i += 1) {
    const d = Math.abs(actual[i] - expected[i]);
    if (!(d <= difference)) difference = Number.isNaN(d) ? Number.POSITIVE_INFINITY : d;
    largest = Math.max(largest, Math.abs(expected[i]));
  }
  return largest === 0 ? difference : difference / largest;
};
