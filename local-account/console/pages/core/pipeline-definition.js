/**
 * Steps of a SageMaker pipeline definition, those within conditions too, and what each waits for.
 * @param {string} text the definition
 * @returns {{ steps: { name: string, type: string, arguments: any }[], edges: { from: string, to: string, label?: string }[] }}
 */
export function readDefinition(text) {
  const { Steps = [] } = JSON.parse(text);
  /** @type {{ name: string, type: string, arguments: any }[]} */
  const steps = [];
  /** @type {Map<string, { from: string, to: string, label?: string }>} */
  const edges = new Map();
  const connect = (/** @type {string} */ from, /** @type {string} */ to, /** @type {string} */ label = '') => {
    const known = edges.get(`${from} ${to}`);
    if (from !== to && (known === undefined || label !== '')) edges.set(`${from} ${to}`, { from, to, label });
  };
  const visit = (
    /** @type {any[]} */ list,
    /** @type {string | undefined} */ parent,
    /** @type {string} */ label = '',
  ) => {
    for (const step of list) {
      steps.push({ name: step.Name, type: step.Type, arguments: step.Arguments });
      for (const name of step.DependsOn ?? []) connect(name, step.Name);
      if (parent !== undefined) connect(parent, step.Name, label);
      const { IfSteps = [], ElseSteps = [], ...rest } = step.Arguments ?? {};
      for (const [, name] of JSON.stringify({ ...step, Arguments: rest }).matchAll(/"Steps\.([^.[\]"]+)/g))
        connect(name ?? '', step.Name);
      visit(IfSteps, step.Name, 'if true');
      visit(ElseSteps, step.Name, 'if false');
    }
  };
  visit(Steps, undefined);
  const names = new Set(steps.map(({ name }) => name));
  const known = [...edges.values()].filter(({ from, to }) => names.has(from) && names.has(to));
  return { steps, edges: known.filter((edge) => !isImplied(edge, known)) };
}

/**
 * Whether a longer way leads there, too: then the arrow says nothing new.
 * @param {{ from: string, to: string }} edge
 * @param {readonly { from: string, to: string }[]} edges
 */
function isImplied({ from, to }, edges) {
  const seen = new Set();
  /** @type {(name: string) => boolean} */
  const reaches = (name) => {
    if (name === to) return true;
    if (seen.has(name)) return false;
    seen.add(name);
    return edges.some((edge) => edge.from === name && reaches(edge.to));
  };
  return edges.some((edge) => edge.from === from && edge.to !== to && reaches(edge.to));
}
