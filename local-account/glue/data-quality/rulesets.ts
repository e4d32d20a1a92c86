import type {
  CreateDataQualityRulesetCommandInput,
  GetDataQualityRulesetCommandOutput,
  ListDataQualityRulesetsCommandInput,
  UpdateDataQualityRulesetCommandInput,
} from '@aws-sdk/client-glue';
import { checkRules } from '../dqdl/evaluate';
import { parseRuleset } from '../dqdl/parse';
import { alreadyThere, invalidInput, messageOf, notThere, refuseMembers } from '../errors';
import type { Operations } from '../operations';
import type { SecurityConfigurations } from '../security-configurations';

export type Ruleset = Omit<GetDataQualityRulesetCommandOutput, '$metadata'> & { readonly Name: string };

/** Rulesets by name. A ruleset that could not be evaluated is refused when it is created. */
export class Rulesets {
  private readonly all = new Map<string, Ruleset>();

  constructor(
    private readonly now: () => Date,
    private readonly security: SecurityConfigurations,
  ) {}

  readonly operations: Operations = {
    CreateDataQualityRuleset: (input: CreateDataQualityRulesetCommandInput) => {
      refuseMembers('CreateDataQualityRuleset', input, ['ClientToken']);
      const { Name = '', Ruleset = '', Description, TargetTable, DataQualitySecurityConfiguration } = input;
      if (this.all.has(Name)) throw alreadyThere(`DataQuality Ruleset ${Name} already exists`);
      check(Ruleset);
      if (DataQualitySecurityConfiguration !== undefined) this.security.get(DataQualitySecurityConfiguration);
      const CreatedOn = this.now();
      const times = { CreatedOn, LastModifiedOn: CreatedOn };
      this.all.set(Name, { Name, Ruleset, Description, TargetTable, DataQualitySecurityConfiguration, ...times });
      return { Name };
    },
    GetDataQualityRuleset: ({ Name = '' }: { Name?: string }) => this.get(Name),
    UpdateDataQualityRuleset: ({ Name = '', Description, Ruleset }: UpdateDataQualityRulesetCommandInput) => {
      const current = this.get(Name);
      if (Ruleset !== undefined) check(Ruleset);
      const changed = {
        ...current,
        Description: Description ?? current.Description,
        Ruleset: Ruleset ?? current.Ruleset,
        LastModifiedOn: this.now(),
      };
      this.all.set(Name, changed);
      return { Name, Description: changed.Description, Ruleset: changed.Ruleset };
    },
    DeleteDataQualityRuleset: ({ Name = '' }: { Name?: string }) => {
      this.get(Name);
      this.all.delete(Name);
    },
    ListDataQualityRulesets: ({ Filter, Tags }: ListDataQualityRulesetsCommandInput) => {
      refuseMembers('ListDataQualityRulesets', { Filter, Tags }, ['Filter', 'Tags']);
      return {
        Rulesets: [...this.all.values()].map(({ Ruleset = '', DataQualitySecurityConfiguration: _, ...own }) => ({
          ...own,
          RuleCount: parseRuleset(Ruleset).length,
        })),
      };
    },
  };

  get(name: string): Ruleset {
    const found = this.all.get(name);
    if (found === undefined) throw notThere(`DataQuality Ruleset ${name} not found`);
    return found;
  }

  state(): Ruleset[] {
    return [...this.all.values()];
  }

  take(all: readonly Ruleset[]): void {
    for (const one of all) this.all.set(one.Name, one);
  }
}

// AWS: glue/rulesets-are-parsed
function check(ruleset: string): void {
  try {
    checkRules(parseRuleset(ruleset));
  } catch (error) {
    throw invalidInput(`Parsing Error: ${messageOf(error)}`);
  }
}
