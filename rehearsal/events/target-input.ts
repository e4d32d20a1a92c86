import { JSONPath } from 'jsonpath-plus';

/** What of a target decides the input it gets. */
export interface InputOptions {
  readonly Input?: string;
  readonly InputPath?: string;
  readonly InputTransformer?: { readonly InputPathsMap?: Readonly<Record<string, string>>; readonly InputTemplate: string };
}

/** "Amazon EventBridge input transformation": the text a target receives for an event. */
export function targetInput(options: InputOptions, event: object): string {
  if (options.Input !== undefined) return options.Input;
  if (options.InputPath !== undefined) return JSON.stringify(at(options.InputPath, event) ?? null);
  const transformer = options.InputTransformer;
  if (!transformer) return JSON.stringify(event);
  const values = new Map<string, unknown>([
    ...Object.entries(transformer.InputPathsMap ?? {}).map(([name, path]): [string, unknown] => [name, at(path, event)]),
    ['aws.events.event.json', event],
    ['aws.events.event', event],
  ]);
  // A variable within quotes becomes text, one on its own becomes JSON.
  return transformer.InputTemplate.replace(/"?<([A-Za-z0-9_.-]+)>"?/g, (found: string, name: string) => {
    if (!values.has(name)) return found;
    const value = values.get(name);
    const text = typeof value === 'string' ? value : JSON.stringify(value ?? null);
    const opening = found.startsWith('"');
    const closing = found.endsWith('"');
    if (opening && closing) return JSON.stringify(text);
    return `${opening ? '"' : ''}${text}${closing ? '"' : ''}`;
  });
}

function at(path: string, event: object): unknown {
  return JSONPath<unknown[]>({ path, json: event, wrap: true })[0];
}
