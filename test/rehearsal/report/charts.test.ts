import { barChart } from '../../../rehearsal/report/charts/bar-chart';
import { lineChart } from '../../../rehearsal/report/charts/line-chart';
import { stepGraph } from '../../../rehearsal/report/charts/step-graph';
import { escapeHtml, html } from '../../../rehearsal/report/markup';
import { data } from './report-data';

describe('stepGraph', () => {
  it('draws arrows from the nearest steps only, and labels the branches', () => {
    const { text } = stepGraph(data.pipeline, 'graph', () => ({ text: 'done', tone: 'normal' }));
    expect(text.match(/class="arrow"/g)).toHaveLength(3);
    expect(text.match(/>yes<|>no</g)).toEqual(['>yes<', '>no<']);
  });
});

describe('charts', () => {
  it('interrupt a line where there is no number', () => {
    const { text } = lineChart(
      [
        {
          name: 'a',
          points: [
            [0, 1],
            [1, 2],
            [Number.NaN, 3],
            [2, Number.NaN],
            [3, 4],
            [4, 5],
          ],
        },
      ],
      { title: 't', x: 'x', y: 'y' },
    );
    expect(text).not.toContain('NaN');
    expect([...text.matchAll(/points="([^"]*)"/g)].map((match) => match[1]?.split(' ').length)).toEqual([2, 2]);
  });

  it('bear a single point, equal values and no data', () => {
    expect(lineChart([{ name: 'a', points: [[1, 1]] }], { title: 't', x: 'x', y: 'y' }).text).not.toContain('NaN');
    expect(lineChart([], { title: 'none', x: 'x', y: 'y' }).text).toContain('no data');
    expect(barChart([{ label: 'a', from: 0, until: 0, text: '' }], { title: 't' }).text).not.toContain('NaN');
  });
});

describe('html', () => {
  it('escapes values, keeps markup, joins lists, drops undefined', () => {
    expect(html`<b>${'<i>'}</b>${[html`<u>`, '&']}${undefined}${3}`.text).toBe('<b>&lt;i&gt;</b><u>&amp;3');
    expect(escapeHtml(`'"`)).toBe('&#39;&quot;');
  });
});
