import type { ParameterDefinition, Template } from '../assembly/template';
import { capabilityOf } from './capabilities';

/** A template as GetTemplateSummary shows it. */
export function summarizeTemplate(template: Template): unknown {
  const types = [...new Set(Object.values(template.resources).map(({ Type }) => Type))].sort();
  const needed = capabilityOf(template);
  return {
    Description: template.description,
    Metadata: template.metadata === undefined ? undefined : JSON.stringify(template.metadata),
    Version: template.version,
    Parameters: Object.entries(template.parameters).map(([key, definition]) => declaration(key, definition)),
    Capabilities: needed && [needed.capability],
    CapabilitiesReason:
      needed && `The following resource(s) require capabilities: [${[...new Set(needed.types)].join(', ')}]`,
    ResourceTypes: types,
    DeclaredTransforms: template.languageExtensions ? ['AWS::LanguageExtensions'] : undefined,
    ResourceIdentifierSummaries: types.map((type) => ({
      ResourceType: type,
      LogicalResourceIds: Object.keys(template.resources).filter((id) => template.resources[id]?.Type === type),
    })),
  };
}

function declaration(key: string, definition: ParameterDefinition): unknown {
  const { Type, Default, NoEcho, Description, AllowedValues } = definition;
  return {
    ParameterKey: key,
    DefaultValue: Default === undefined ? undefined : Array.isArray(Default) ? Default.join(',') : String(Default),
    ParameterType: Type,
    NoEcho: String(NoEcho) === 'true',
    Description,
    ParameterConstraints: AllowedValues === undefined ? {} : { AllowedValues: AllowedValues.map(String) },
  };
}
