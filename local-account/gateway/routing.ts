import { type Operation, type ServiceModel, shapeOf } from '../service-model';

/** A request's line and headers, split. */
export interface RequestHead {
  readonly method: string;
  /** As it came in. */
  readonly url: string;
  /** Undecoded path, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Route {
  readonly operation: Operation;
  /** Decoded labels of the path. */
  readonly labels: Readonly<Record<string, string>>;
}

interface CompiledRoute {
  readonly operation: Operation;
  readonly path: RegExp;
  readonly labels: readonly string[];
  /** Query parameters that the template fixes (?list-type=2, ?uploads). */
  readonly constants: readonly (readonly [string, string | undefined])[];
  /** Members bound to a query parameter or header that the operation cannot do without. */
  readonly needs: readonly { readonly location: 'querystring' | 'header'; readonly name: string }[];
  readonly literals: number;
}

const compiled = new WeakMap<ServiceModel, readonly CompiledRoute[]>();

/**
 * Finds the operation of a REST request: by method, path template, fixed query parameters, then required parameters.
 */
export function matchRoute(model: ServiceModel, request: RequestHead): Route | undefined {
  let routes = compiled.get(model);
  if (!routes) {
    routes = Object.values(model.operations).map((operation) => compileRoute(model, operation));
    compiled.set(model, routes);
  }
  let best: { route: CompiledRoute; match: RegExpExecArray; score: number } | undefined;
  for (const route of routes) {
    if (route.operation.http.method !== request.method) {
      continue;
    }
    const match = route.path.exec(request.path);
    if (!match || !route.constants.every(([name, value]) => hasConstant(request.query, name, value))) {
      continue;
    }
    const met = route.needs.filter((need) =>
      need.location === 'header'
        ? request.headers[need.name.toLowerCase()] !== undefined
        : request.query.has(need.name),
    ).length;
    // An operation whose required parameters are missing stays possible, so that its caller learns what is missing.
    const score =
      route.constants.length * 100 +
      met * 10 -
      (route.needs.length - met) * 1000 +
      route.literals -
      (route.operation.deprecated ? 0.5 : 0);
    if (!best || score > best.score) {
      best = { route, match, score };
    }
  }
  if (!best) {
    return undefined;
  }
  const { route, match } = best;
  const labels = route.labels.map((label, index) => [label, safeDecode(match[index + 1])] as const);
  return { operation: route.operation, labels: Object.fromEntries(labels) };
}

function compileRoute(model: ServiceModel, operation: Operation): CompiledRoute {
  const [template, query] = operation.http.requestUri.split('?');
  const labels: string[] = [];
  const source = template
    .split('/')
    .filter(Boolean)
    .map((segment) => {
      const label = /^\{([^}+]+)(\+?)\}$/.exec(segment);
      if (!label) {
        return segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      }
      labels.push(label[1]);
      return label[2] ? '(.+)' : '([^/]+)';
    });
  const input = operation.input ? shapeOf(model, operation.input) : undefined;
  const needs = (input?.required ?? []).flatMap((name) => {
    const member = input?.members?.[name];
    return member?.location === 'querystring' || member?.location === 'header'
      ? [{ location: member.location, name: member.locationName ?? name }]
      : [];
  });
  const constants = (query ?? '')
    .split('&')
    .filter(Boolean)
    .map((part) => {
      const [name, value] = part.split('=');
      return [name, value] as const;
    });
  return {
    operation,
    path: new RegExp(`^/${source.join('/')}/?$`, 's'),
    labels,
    constants,
    needs,
    literals: source.filter((segment) => !segment.startsWith('(')).length,
  };
}

function hasConstant(query: URLSearchParams, name: string, value: string | undefined): boolean {
  return value === undefined ? query.has(name) : query.get(name) === value;
}

export function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
