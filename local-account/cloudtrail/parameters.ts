import { type Member, type ServiceModel, shapeOf } from '../service-model';

/** CloudTrail leaves out elements that are longer ("CloudTrail record contents": 100 KB). */
const longest = 100_000;
const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS';

/**
 * requestParameters or responseElements of a record: members with a small first letter, times as text; what the service
 * model calls sensitive is hidden, and bytes are left out, as services do before they hand an event to CloudTrail.
 */
export function elements(
  model: ServiceModel | undefined,
  shape: string | undefined,
  value: Readonly<Record<string, unknown>> | undefined,
): object | null {
  if (value === undefined || Object.keys(value).length === 0) return null;
  const rendered = render(model, shape === undefined ? undefined : { shape }, value) as object;
  return JSON.stringify(rendered).length > longest ? null : rendered;
}

function render(model: ServiceModel | undefined, member: Member | undefined, value: unknown): unknown {
  const shape = model && member && shapeOf(model, member);
  if (shape?.sensitive) return hidden;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array || shape?.type === 'blob') return undefined;
  if (Array.isArray(value)) return value.map((one) => render(model, shape?.member, one));
  if (typeof value !== 'object' || value === null) return value;
  // A streamed body is a function or an object that is no plain value.
  if (Object.getPrototypeOf(value) !== Object.prototype && Object.getPrototypeOf(value) !== null) return undefined;
  const isMap = shape?.type === 'map';
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      isMap ? name : name.charAt(0).toLowerCase() + name.slice(1),
      render(model, isMap ? shape.value : shape?.members?.[name], inner),
    ]),
  );
}
