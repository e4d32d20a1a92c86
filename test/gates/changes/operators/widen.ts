import { isProperties, list, type Value } from '../../template';
import type { Edit } from '../change';
import type { Place } from '../places';
import { isStatement, nameOf, type Operator, replace, type Step, set, within } from './operator';

/** More actions, resources, principals, values, addresses and events than before. */
export const widen: Operator = {
  name: 'widen',
  steps: (place) => [...statement(place), ...condition(place), ...network(place), ...events(place), ...limits(place)],
};

function statement(place: Place): Step[] {
  const { value } = place;
  if (!isStatement(value) || value.Effect !== 'Allow') return [];
  const whole: Step[] = [];
  if (value.Resource !== undefined && value.Resource !== '*') whole.push(set(place, 'resource *', 'Resource', '*'));
  if (value.Principal !== undefined) {
    whole.push(set(place, 'principal *', 'Principal', '*'));
    whole.push(set(place, 'principal any account', 'Principal', { AWS: '*' }));
  }
  return [...whole, ...members(place, 'Action', actionPatterns), ...members(place, 'Resource', resourcePatterns)];
}

/** Each member of a property that is one value or a list of them. */
function members(place: Place, key: string, wider: (value: Value) => readonly [string, Value][]): Step[] {
  const property = isProperties(place.value) ? place.value[key] : undefined;
  return list(property).flatMap((member, index) =>
    wider(member).map(([rule, after]): Step => {
      const path: Edit['path'] = [...place.path, key, ...(Array.isArray(property) ? [index] : [])];
      return { rule, edits: [{ path, after }] };
    }),
  );
}

function actionPatterns(action: Value): [string, Value][] {
  if (typeof action !== 'string' || !action.includes(':')) return [];
  const [service, name] = action.split(':');
  const verb = /^[A-Z][a-z]+/.exec(name)?.[0];
  return [
    ['action of any kind', `${service}:*`],
    ...(verb === undefined || verb === name
      ? []
      : ([['actions of one verb', `${service}:${verb}*`]] as [string, Value][])),
  ];
}

/** The last part of an ARN becomes a pattern. */
function resourcePatterns(resource: Value): [string, Value][] {
  const pieces = isProperties(resource) && Array.isArray(resource['Fn::Join']) ? resource['Fn::Join'][1] : undefined;
  if (!Array.isArray(pieces)) return [['resource by a pattern', { 'Fn::Join': ['', [resource, '*']] }]];
  const last = pieces[pieces.length - 1];
  const shorter =
    typeof last === 'string' ? [...pieces.slice(0, -1), last.replace(/[^/:]*\*?$/, '*')] : [...pieces, '*'];
  return [['resource by a pattern', { 'Fn::Join': ['', shorter] }]];
}

function condition(place: Place): Step[] {
  const { value, path } = place;
  if (!isProperties(value) || path[path.length - 1] !== 'Condition' || path.length < 6) return [];
  return Object.entries(value).flatMap(([operator, keys]) => {
    if (!isProperties(keys)) return [];
    const others = Object.fromEntries(Object.entries(value).filter(([name]) => name !== operator));
    const under = (name: string, inner: Value) => replace(place, `condition ${name}`, { ...others, [name]: inner });
    return [
      ...(operator.endsWith('IfExists') || operator === 'Null' ? [] : [under(`${operator}IfExists`, keys)]),
      ...(/^(String|Arn)(Equals|Like)$/.test(operator)
        ? Object.entries(keys).flatMap(([key, wanted]) => [
            under(operator.replace('Equals', 'Like'), { ...keys, [key]: '*' }),
            under(operator, {
              ...keys,
              [key]: [...list(wanted), operator.startsWith('Arn') ? 'arn:aws:iam::999988887777:root' : 'other'],
            }),
          ])
        : []),
    ];
  });
}

function network(place: Place): Step[] {
  const { value } = place;
  const name = nameOf(place);
  if (/Cidr/.test(name) && value !== '0.0.0.0/0' && !within(place, 'AWS::EC2::Subnet'))
    return [replace(place, 'address range', '0.0.0.0/0')];
  if (name === 'FromPort' && value !== 0) return [replace(place, 'ports', 0)];
  if (name === 'ToPort' && value !== 65535) return [replace(place, 'ports', 65535)];
  if (name === 'IpProtocol' && value !== '-1') return [replace(place, 'protocol', '-1')];
  return [];
}

function events(place: Place): Step[] {
  const { value } = place;
  if (!within(place, 'EventPattern', 'Filters', 'FilterPolicy')) return [];
  return Array.isArray(value) && value.every((one) => !Array.isArray(one))
    ? [replace(place, 'event pattern', [{ exists: true }]), replace(place, 'event pattern', [...value, { prefix: '' }])]
    : [];
}

/** Texts that are patterns: of allowed values, of names, of keys. */
function limits(place: Place): Step[] {
  const { value } = place;
  const name = nameOf(place);
  if (typeof value === 'string' && /^\^.*\$$/.test(value))
    return [replace(place, 'no anchor', value.slice(1)), replace(place, 'any text', '.*')];
  if (name === 'AllowedPattern') return [replace(place, 'any text', '.*')];
  if (/^(Prefix|S3Prefix|KeyPrefix)$/.test(name) && typeof value === 'string' && value !== '')
    return [replace(place, 'any prefix', '')];
  return [];
}
