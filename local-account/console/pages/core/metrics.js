/**
 * Single numbers of a model quality file, in the format of SageMaker Model Monitor and Clarify: `..._metrics: { name: { value } }`.
 * @param {any} file
 * @returns {Record<string, number>}
 */
export function metricsOf(file = {}) {
  const found = /** @type {Record<string, number>} */ ({});
  for (const [name, group] of Object.entries(file ?? {})) {
    if (!name.endsWith('_metrics')) continue;
    for (const [metric, value] of Object.entries(/** @type {any} */ (group))) {
      if (typeof value?.value === 'number') found[metric] = value.value;
    }
  }
  return found;
}

/**
 * Curves of a model quality file.
 * @param {any} file
 * @returns {{ label: string, xLabel: string, x: number[], y: number[], yLabel: string }[]}
 */
export function curvesOf(file = {}) {
  const found = [];
  for (const group of Object.values(file ?? {})) {
    const { precision_recall_curve: pr, receiver_operating_characteristic_curve: roc } = /** @type {any} */ (
      group ?? {}
    );
    if (pr !== undefined)
      found.push(
        sorted({
          label: 'Precision and recall',
          xLabel: 'recall',
          yLabel: 'precision',
          x: pr.recalls,
          y: pr.precisions,
        }),
      );
    if (roc !== undefined)
      found.push(
        sorted({
          label: 'ROC',
          xLabel: 'false positive rate',
          yLabel: 'true positive rate',
          x: roc.false_positive_rates,
          y: roc.true_positive_rates,
        }),
      );
    for (const [name, points] of Object.entries(group ?? {})) {
      const [first] = Array.isArray(points) ? points : [];
      if (!name.endsWith('_curve') || typeof first !== 'object' || first === null) continue;
      const [xLabel = '', yLabel = ''] = Object.keys(first);
      found.push(
        sorted({
          label: name.replaceAll('_', ' '),
          xLabel,
          yLabel,
          x: points.map((/** @type {any} */ one) => one[xLabel]),
          y: points.map((/** @type {any} */ one) => one[yLabel]),
        }),
      );
    }
  }
  return found;
}

/** @param {{ label: string, xLabel: string, yLabel: string, x: number[], y: number[] }} curve */
function sorted({ x, y, ...rest }) {
  const order = x.map((_, at) => at).sort((a, b) => (x[a] ?? 0) - (x[b] ?? 0));
  return { ...rest, x: order.map((at) => x[at] ?? 0), y: order.map((at) => y[at] ?? 0) };
}
