import type { ConfigurationName } from '../synthesis';
import { isProperties, type Templates, type Value } from '../template';
import { json, type Path } from './change';
import { decode } from './embedded-json';
import { comparable } from './touched';

/** Something in a template that a change can be made to. */
export interface Place {
  readonly configuration: ConfigurationName;
  readonly stack: string;
  readonly type: string;
  readonly id: string;
  readonly path: Path;
  readonly value: Value;
  /** The whole template, for what an operator refers to. */
  readonly templates: Templates;
}

const sections = ['Resources', 'Outputs', 'Parameters', 'Conditions', 'Mappings'] as const;

/** What CDK adds by itself and no code of the project names. */
const byCdk = /^(BootstrapVersion|CDKMetadata.*|CheckBootstrapVersion)$/;

/**
 * Every place of every template. A resource that several configurations have alike is taken once, from the first of
 * them: most of them differ in a few resources only.
 */
export function* placesOf(
  syntheses: readonly { readonly configuration: ConfigurationName; readonly templates: Templates }[],
): Generator<Place> {
  const seen = new Set<string>();
  for (const { configuration, templates } of syntheses)
    for (const [stack, template] of Object.entries(templates))
      for (const section of sections) {
        const elements = (template as unknown as Record<string, Record<string, Value> | undefined>)[section] ?? {};
        for (const [id, value] of Object.entries(elements)) {
          if (byCdk.test(id)) continue;
          const key = `${stack}/${section}/${id} ${comparable(value)}`;
          if (seen.has(key)) continue;
          seen.add(key);
          const type = section === 'Resources' && isProperties(value) ? String(value.Type) : section;
          yield* walk({ configuration, stack, type, id, path: [section, id], value, templates });
        }
      }
}

function* walk(place: Place): Generator<Place> {
  yield place;
  const { value, path } = place;
  const embedded = decode(value);
  if (embedded !== undefined) {
    yield* walk({ ...place, path: [...path, json], value: embedded.json });
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    // What a type is and what tools noted about a construct is not deployed.
    if (path.length === 2 && (key === 'Type' || key === 'Metadata')) continue;
    yield* walk({ ...place, path: [...path, Array.isArray(value) ? Number(key) : key], value: inner as Value });
  }
}
