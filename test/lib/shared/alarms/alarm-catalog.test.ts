import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { sandbox } from '../../../../lib/config';
import { configurations, synthesize } from '../../../gates/synthesis';
import { at, list, resourcesOf, text } from '../../../gates/template';

const root = join(__dirname, '..', '..', '..', '..');
const alarms = configurations.flatMap((configuration) => {
  const { templates, paths } = synthesize(configuration);
  // An alarm that calls an instance instead of a person has no owner and no page.
  const ofPeople = resourcesOf(templates, 'AWS::CloudWatch::Alarm').filter(
    ({ properties }) => properties.MetricName !== 'HasBacklogWithoutCapacity',
  );
  return ofPeople.map(({ stack, id, properties }) => {
    // Without the resource's own `Resource`: what a reader of lib knows the alarm by, and the middle of the name that a
    // notice carries.
    const name = paths.get(`${stack}/${id}`)?.split('/').at(-2) ?? '';
    const description = text(properties.AlarmDescription);
    return {
      place: `${configuration}: ${stack}/${name}`,
      name,
      properties,
      description,
      page: /^Runbook: (docs\/runbooks\/[a-z-]+\.md)$/m.exec(description)?.[1],
    };
  });
});

test('there are alarms in every configuration', () => {
  for (const one of configurations)
    expect(alarms.filter(({ place }) => place.startsWith(`${one}:`)).length).toBeGreaterThan(10);
});

describe.each(alarms.map((alarm) => [alarm.place, alarm] as const))(
  '%s',
  (_, { name, properties, description, page }) => {
    test('states the reason, the meaning of no data, the owner and the runbook', () => {
      const [why = '', missing = '', owner = '', runbook = '', ...more] = description.split('\n');
      expect(why.length).toBeGreaterThan(40);
      expect(missing).toMatch(new RegExp(`^No data: ${text(properties.TreatMissingData)}\\. \\S.{8,}`));
      expect(Object.values(sandbox.owners).map((one) => `Owner: ${one}.`)).toContain(owner);
      expect(runbook).toBe(`Runbook: ${page ?? 'a page of docs/runbooks'}`);
      expect(more).toEqual([]);
    });

    test('notifies when it fires and when it clears', () => {
      for (const actions of ['AlarmActions', 'OKActions'])
        expect(text(list(at(properties, actions)))).toMatch(/NotificationsTopic/);
    });

    test('is quiet after a first deployment: no data set off no alarm, and where silence is the failure, it is told once there have been data', () => {
      expect(['notBreaching', 'ignore', 'missing']).toContain(properties.TreatMissingData);
      expect(/NotificationsTopic/.test(text(list(properties.InsufficientDataActions)))).toBe(
        properties.TreatMissingData === 'missing',
      );
    });

    test('has a page that names it', () => {
      const file = join(root, page ?? 'none');
      expect([page, existsSync(file)]).toEqual([page, true]);
      expect(readFileSync(file, 'utf8').split('\n')[0]).toContain(`\`${name}\``);
    });
  },
);

describe.each(readdirSync(join(root, 'docs/runbooks')).map((file) => `docs/runbooks/${file}`))('%s', (page) => {
  const content = readFileSync(join(root, page), 'utf8');

  test('belongs to alarms that exist', () => {
    const named = [...(content.split('\n')[0] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name);
    expect(named).not.toEqual([]);
    expect(new Set(named)).toEqual(new Set(alarms.filter((alarm) => alarm.page === page).map(({ name }) => name)));
  });

  test('says what it means, what to look at, what to do and when it is over', () => {
    expect([...content.matchAll(/^## (.*)$/gm)].map(([, title]) => title)).toEqual(['Look first', 'Do', 'Clears']);
  });
});
