/** Replaces each ${Name} of a Fn::Sub text; ${!Name} stays as ${Name}. */
export function substitute(format: string, lookUp: (name: string) => string): string {
  return format.replace(/\$\{([^}]*)\}/g, (_, name: string) =>
    name.startsWith('!') ? `\${${name.slice(1)}}` : lookUp(name.trim()),
  );
}

/** The names a Fn::Sub text refers to. */
export function substitutionNames(format: string): string[] {
  const names: string[] = [];
  substitute(format, (name) => {
    names.push(name);
    return '';
  });
  return names;
}
