import { useEffect, useState } from 'preact/hooks';
import { html } from '../core/html.js';
import { marks } from './state.js';

/**
 * @typedef {{ id: string, title: string, sub?: string, tone?: 'good' | 'bad' | 'busy' | '', href?: string, chosen?: boolean, lively?: boolean }} Node
 * @typedef {{ from: string, to: string, label?: string, lively?: boolean }} Edge
 */

const height = 50;

/** @param {Node} node */
function widthOf({ title, sub = '' }) {
  return Math.max(120, Math.max(title.length * 8 + 42, sub.length * (sub === sub.toUpperCase() ? 7.3 : 6.9) + 24));
}

/**
 * A graph, laid out by dagre and drawn as SVG. Nodes are links.
 * @param {{ label: string, nodes: readonly Node[], edges: readonly Edge[], down?: boolean }} props
 */
export function Graph({ label, nodes, edges, down = false }) {
  const [dagre, setDagre] = useState(/** @type {any} */ (undefined));
  useEffect(() => {
    import('@dagrejs/dagre').then(({ Graph: Layout, layout: run }) => setDagre({ Graph: Layout, layout: run }));
  }, []);
  if (dagre === undefined) return html`<p class="muted">Loading …</p>`;
  const { width, height: tall, at, lines } = layout(dagre, nodes, edges, down);
  return html`<svg class="graph" role="group" aria-label=${label} width=${width} height=${tall} viewBox="0 0 ${width} ${tall}" style=${{ minWidth: `${Math.round(width * 0.72)}px` }}>
    <defs>
      <marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse">
        <path class="head" d="M0 0L8 4L0 8z" />
      </marker>
    </defs>
    ${lines.map(
      ({ d, edge, x, y }) => html`<path class="edge ${edge.lively ? 'lively' : ''}" d=${d} marker-end="url(#head)" />
      ${edge.label && html`<text class="edge-label" x=${x} y=${y} text-anchor="middle">${edge.label}</text>`}`,
    )}
    ${nodes.map((node) => {
      const { x, y, width: wide } = at(node.id);
      const tone = node.tone ?? '';
      const box = html`<g class="${tone} ${node.chosen ? 'chosen' : ''} ${node.lively ? 'lively' : ''}" transform="translate(${x - wide / 2} ${y - height / 2})">
        <rect class="box" width=${wide} height=${height} rx="8" />
        <text class="title" x="12" y=${node.sub ? 21 : 30}>${node.title}</text>
        ${node.sub && html`<text class="sub" x="12" y="38">${node.sub}</text>`}
        ${tone !== '' && html`<text class="mark" x=${wide - 12} y="20" text-anchor="end" aria-hidden="true">${marks[tone]}</text>`}
      </g>`;
      return node.href === undefined
        ? box
        : html`<a href=${node.href} aria-current=${node.chosen ? 'true' : undefined}>${box}</a>`;
    })}
  </svg>`;
}

/**
 * @param {any} dagre
 * @param {readonly Node[]} nodes
 * @param {readonly Edge[]} edges
 * @param {boolean} down
 */
function layout(dagre, nodes, edges, down) {
  const graph = new dagre.Graph({ multigraph: true });
  const ids = new Set(nodes.map(({ id }) => id));
  const known = edges.filter(({ from, to }) => ids.has(from) && ids.has(to));
  graph.setGraph({
    rankdir: down ? 'TB' : 'LR',
    nodesep: 24,
    ranksep: known.some(({ label }) => label) ? (down ? 32 : 20) : 40,
    edgesep: 18,
    marginx: 6,
    marginy: 6,
  });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of nodes) graph.setNode(node.id, { width: widthOf(node), height });
  for (const [at, edge] of known.entries()) {
    const label = edge.label ? { width: edge.label.length * 6.2 + 8, height: 16, labelpos: 'c' } : {};
    graph.setEdge(edge.from, edge.to, label, String(at));
  }
  dagre.layout(graph);
  const { width = 0, height: tall = 0 } = graph.graph();
  return {
    width: Math.ceil(width),
    height: Math.ceil(tall),
    at: (/** @type {string} */ id) => graph.node(id),
    lines: known.map((edge, at) => {
      const { points, x, y } = graph.edge({ v: edge.from, w: edge.to, name: String(at) });
      return { edge, d: curve(points), x, y: (y ?? 0) + 4 };
    }),
  };
}

/** @param {readonly { x: number, y: number }[]} points */
function curve(points) {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  let d = `M${first.x} ${first.y}`;
  for (const [at, point] of rest.slice(0, -1).entries()) {
    const next = rest[at + 1] ?? point;
    d += `Q${point.x} ${point.y} ${(point.x + next.x) / 2} ${(point.y + next.y) / 2}`;
  }
  const last = rest.at(-1) ?? first;
  return `${d}L${last.x} ${last.y}`;
}
