import { JSONPath } from 'jsonpath-plus';

/** What of a target decides the input it gets. */
export interface InputOptions {
  readonly Input?: string;
  readonly InputPath?: string;
  readonly InputTransformer?: {
    readonly InputPathsMap?: Readonly<Record<string, string>>;
    readonly InputTemplate: string;
  };
}

/** "Amazon EventBridge input transformation": the text a target receives for an event. */
export function targetInput(options: InputOptions, event: object): string {
  if (options.Input !== undefined) return options.Input;
  if (options.InputPath !== undefined) return JSON.stringify(at(options.InputPath, event) ?? null);
  const transformer = options.InputTransformer;
  if (!transformer) return JSON.stringify(event);
  const values = new Map<string, unknown>([
    ...Object.entries(transformer.InputPathsMap ?? {}).map(([name, path]): [string, unknown] => [
      name,
      at(path, event),
    ]),
    ['aws.events.event.json', event],
    ['aws.events.event', event],
  ]);
  const isJson = /^\s*[[{]/.test(transformer.InputTemplate);
  let quoted = false;
  // Within quotes a value becomes the inside of a JSON text; elsewhere in a JSON template it becomes JSON; in a
  // sentence it stays as it is.
  return transformer.InputTemplate.replace(/\\.|"|<([A-Za-z0-9_.-]+)>/g, (found: string, name: string | undefined) => {
    if (found === '"') quoted = !quoted;
    if (name === undefined || !values.has(name)) return found;
    const value = values.get(name) ?? null;
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    if (quoted) return JSON.stringify(text).slice(1, -1);
    return isJson ? JSON.stringify(value) : text;
  });
}

function at(path: string, event: object): unknown {
  return JSONPath<unknown[]>({ path, json: event, wrap: true })[0];
}
