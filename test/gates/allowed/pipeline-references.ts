import { isProperties, type Properties, properties, text, type Value } from '../template';
import type { Problem } from './rules';

/** The pipeline's functions with their fields: no more, no fewer. */
const functions: Readonly<Record<string, readonly string[]>> = {
  Get: ['Get'],
  'Std:Join': ['On', 'Values'],
  'Std:JsonGet': ['PropertyFile', 'Path'],
};
/** What tells the members of a list apart. SageMaker refuses two of the same name. */
const namedBy = ['InputName', 'OutputName', 'ChannelName', 'PropertyFileName', 'Name'];

/** Problems of functions and names anywhere in a step, also where no list says which fields there are. */
export function referenceProblems(step: Properties, propertyFiles: ReadonlySet<string>): Problem[] {
  const path = text(step.Name);
  const problems: Problem[] = [];
  const visit = (value: Value) => {
    if (Array.isArray(value)) {
      const names = value.map((one) =>
        namedBy.map((key) => text(properties(one)[key] ?? '')).find((name) => name !== ''),
      );
      for (const [index, name] of names.entries())
        if (name !== undefined && names.indexOf(name) < index) problems.push({ path, problem: `has ${name} twice` });
      value.forEach(visit);
    } else if (isProperties(value)) {
      const [called] = Object.keys(functions).filter((name) => name in value);
      if (called !== undefined) problems.push(...callProblems(called, value, propertyFiles, path));
      Object.values(value).forEach(visit);
    }
  };
  visit(step);
  return problems;
}

function callProblems(called: string, value: Properties, propertyFiles: ReadonlySet<string>, path: string): Problem[] {
  const fields = called === 'Get' ? value : properties(value[called]);
  const found = Object.keys(fields).sort().join();
  const file = text(properties(fields.PropertyFile).Get ?? '');
  return [
    ...(Object.keys(value).length === 1 && found === [...functions[called]].sort().join()
      ? []
      : [{ path, problem: `${called} has the fields ${found}; it takes ${functions[called].join()}` }]),
    ...(called === 'Std:JsonGet' && !propertyFiles.has(file)
      ? [{ path, problem: `${called} reads "${file}", which no step declares` }]
      : []),
  ];
}
