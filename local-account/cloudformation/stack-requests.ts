import { activeResources, dependencyGraph } from '../assembly/dependencies';
import { type ParameterInput, resolveParameters } from '../assembly/parameters';
import { checkRules } from '../assembly/rules';
import { parseTemplate, type Template } from '../assembly/template';
import { TemplateError } from '../assembly/template-error';
import type { Platform, Principal, ServiceCall } from '../platform';
import { requireCapabilities } from './capabilities';
import { validation } from './failure';
import { type EngineServices, environmentOf } from './operation';
import { refuseUnknownTypes } from './regional-types';
import { type Actor, Stack, type StackDesign, type StackTag } from './stack';
import type { StackIdentity } from './stack-list';
import { hasChanges, otherStacks, stackScope } from './stack-scope';
import type { StackSources } from './stack-sources';

type Input = Record<string, unknown>;

/** What calls that create, update or delete stacks ask for: the design of the stack and in whose name it is made. */
export class StackRequests {
  constructor(
    private readonly engine: EngineServices & { readonly platform: Platform },
    private readonly sources: StackSources,
  ) {}

  /** Template, parameters and tags of a call, checked; SSM parameters are read now, as CloudFormation does. */
  async design(call: ServiceCall, stack: StackIdentity | Stack): Promise<StackDesign> {
    const { input } = call;
    const current = stack instanceof Stack ? stack.design : undefined;
    try {
      const text = await this.templateText(call, current);
      const template = parseTemplate(text, stack.name);
      requireCapabilities(template, (input.Capabilities ?? []) as readonly string[]);
      const parameters = await resolveParameters({
        stackName: stack.name,
        template,
        inputs: parameterInputs(input),
        previous: new Map([...(current?.parameters ?? [])].map(([key, { given }]) => [key, given])),
        fetchSsm: (names) => this.sources.ssmParameters(names, call.principal),
      });
      const tags = input.Tags === undefined ? (current?.tags ?? []) : (input.Tags as StackTag[]);
      const design = { text, template, parameters, tags };
      this.checkDesign(design, stack);
      return design;
    } catch (error) {
      // AWS: cloudformation/templates-are-read-first
      throw error instanceof TemplateError ? validation(error.message) : error;
    }
  }

  /** The template that a call brings along. */
  async template(call: ServiceCall): Promise<Template> {
    try {
      return parseTemplate(await this.templateText(call, undefined), 'Template');
    } catch (error) {
      // AWS: cloudformation/templates-are-read-first
      throw error instanceof TemplateError ? validation(error.message) : error;
    }
  }

  // AWS: cloudformation/one-template-of-51200-bytes
  private async templateText(call: ServiceCall, current: StackDesign | undefined): Promise<string> {
    const { TemplateBody, TemplateURL, UsePreviousTemplate } = call.input;
    const previous = UsePreviousTemplate === true ? current?.text : undefined;
    const [given, ...more] = [TemplateBody, TemplateURL, previous].filter(
      (source): source is string => typeof source === 'string',
    );
    if (given === undefined || more.length > 0) {
      throw validation('Either Template URL or Template Body must be specified.');
    }
    if (TemplateURL !== undefined) {
      return this.sources.template(given, call.principal);
    }
    if (TemplateBody !== undefined && Buffer.byteLength(given) > 51_200) {
      throw validation(
        `1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to 51200`,
      );
    }
    return given;
  }

  /** Rules hold, conditions can be evaluated, references form no cycle. */
  private checkDesign(design: StackDesign, stack: StackIdentity): void {
    const { platform, exports } = this.engine;
    const scope = stackScope(design, environmentOf(stack, platform), new Map(), otherStacks(exports));
    checkRules(scope);
    dependencyGraph(scope);
    const active = activeResources(scope);
    refuseUnknownTypes(active, platform.region);
    const nested = [...active].find(([, { Type }]) => Type === 'AWS::CloudFormation::Stack');
    if (nested) {
      throw validation(
        `${nested[0]}: a nested stack (AWS::CloudFormation::Stack) is not supported by the local account`,
      );
    }
  }

  /** Whether the design differs from what the stack has. */
  changes(stack: Stack, design: StackDesign): boolean {
    const { platform, exports } = this.engine;
    // What failed is tried again.
    if (stack.leftFailed) return true;
    try {
      return hasChanges(stack, design, environmentOf(stack, platform), exports);
    } catch (error) {
      if (error instanceof TemplateError) {
        // It is wrong or refers to something that does not exist yet: the update itself reports that.
        return true;
      }
      throw error;
    }
  }

  /**
   * The role given, else the role the stack had last, else the caller.
   *
   * AWS: cloudformation/stored-role
   */
  async actor(caller: Principal, input: Input, stack: Stack | StackIdentity): Promise<Actor> {
    const { platform } = this.engine;
    const { RoleARN, ClientRequestToken } = input;
    const roleArn = typeof RoleARN === 'string' ? RoleARN : 'roleArn' in stack ? stack.roleArn : undefined;
    const token = typeof ClientRequestToken === 'string' ? ClientRequestToken : undefined;
    if (roleArn !== undefined) {
      const credentials = await this.sources.assume(roleArn, stack.id);
      return { credentials, principal: this.sources.session(roleArn), token, roleArn };
    }
    if (caller.kind !== 'user') {
      const name = caller.kind === 'role' ? caller.arn : caller.service;
      throw validation(
        `A stack that acts with the credentials of ${name} is not supported by the local account: pass RoleARN`,
      );
    }
    return { credentials: platform.administrator, principal: caller, token };
  }
}

function parameterInputs(input: Input): Map<string, ParameterInput> {
  const list = (input.Parameters ?? []) as {
    ParameterKey: string;
    ParameterValue?: string;
    UsePreviousValue?: boolean;
  }[];
  return new Map(
    list.map(({ ParameterKey, ParameterValue, UsePreviousValue }): [string, ParameterInput] => [
      ParameterKey,
      UsePreviousValue === true ? { usePrevious: true } : { value: ParameterValue ?? '' },
    ]),
  );
}
