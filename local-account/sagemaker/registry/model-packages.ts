import type {
  CreateModelPackageCommandInput,
  CreateModelPackageGroupCommandInput,
  DeleteModelPackageCommandInput,
  DescribeModelPackageCommandInput,
  DescribeModelPackageCommandOutput,
  DescribeModelPackageGroupCommandInput,
  ListModelPackageGroupsCommandInput,
  ListModelPackagesCommandInput,
  ModelApprovalStatus,
  UpdateModelPackageCommandInput,
  UserContext,
} from '@aws-sdk/client-sagemaker';
import type { Principal, ServiceCall } from '../../platform';
import { parseS3Uri } from '../container/transfer';
import { type Engine, emit, now, type Operations, touch } from '../engine';
import { conflict, validation } from '../errors';
import { arnOf, nameFrom } from '../names';
import { type Entity, list, Store } from '../store';
import { checkModelCard } from './model-card';

interface ModelPackageGroup extends Entity {
  readonly description?: string;
  readonly createdBy: UserContext;
  /** Versions are never used again, not even after a deletion. */
  lastVersion: number;
  policy?: string;
}

export interface ModelPackage extends Entity {
  readonly request: CreateModelPackageCommandInput;
  readonly groupName?: string;
  readonly version?: number;
  readonly createdBy: UserContext;
  approval?: ModelApprovalStatus;
  approvalDescription?: string;
  metadata: Record<string, string>;
  modifiedBy?: UserContext;
  deleting?: boolean;
}

/** No page says how long it takes. */
const DELETION_MILLISECONDS = 300;

/** The model registry: groups and their versions. */
export class ModelRegistry {
  // AWS: sagemaker-hosting/hosting-answers-validation-exception
  private readonly groups = new Store<ModelPackageGroup>(
    (name) => validation(`ModelPackageGroup ${name} does not exist.`),
    (name, arn) => validation(`Model Package Group already exists: ${arn} (${name})`),
  );
  // AWS: sagemaker-hosting/hosting-answers-validation-exception
  private readonly packages = new Store<ModelPackage>(
    (name) => validation(`ModelPackage ${this.arn(name)} does not exist.`),
    (_, arn) => conflict(`Model package already exists: ${arn}`),
  );

  constructor(private readonly engine: Engine) {}

  state() {
    return { groups: this.groups.all(), packages: this.packages.all() };
  }

  take({ groups, packages }: ReturnType<ModelRegistry['state']>): void {
    this.groups.take(groups);
    // A deletion is not stopped any more.
    this.packages.take(packages.filter(({ deleting }) => !deleting));
  }

  readonly operations: Operations = {
    CreateModelPackageGroup: (input: CreateModelPackageGroupCommandInput, call) => {
      const name = input.ModelPackageGroupName ?? '';
      const createdAt = now(this.engine);
      const arn = arnOf(this.engine.platform, 'model-package-group', name);
      this.groups.add({
        name,
        arn,
        createdAt,
        modifiedAt: createdAt,
        description: input.ModelPackageGroupDescription,
        createdBy: userContext(call),
        lastVersion: 0,
      });
      this.engine.tags.add(arn, input.Tags);
      return { ModelPackageGroupArn: arn };
    },
    DescribeModelPackageGroup: (input: DescribeModelPackageGroupCommandInput) => {
      const group = this.groups.get(nameFrom(input.ModelPackageGroupName ?? ''));
      return {
        ModelPackageGroupName: group.name,
        ModelPackageGroupArn: group.arn,
        ModelPackageGroupDescription: group.description,
        CreationTime: group.createdAt,
        CreatedBy: group.createdBy,
        ModelPackageGroupStatus: 'Completed',
      };
    },
    ListModelPackageGroups: (input: ListModelPackageGroupsCommandInput) => {
      const { page, NextToken } = list(this.groups.all(), input, { ascending: true });
      const ModelPackageGroupSummaryList = page.map((group) => ({
        ModelPackageGroupName: group.name,
        ModelPackageGroupArn: group.arn,
        ModelPackageGroupDescription: group.description,
        CreationTime: group.createdAt,
        ModelPackageGroupStatus: 'Completed',
      }));
      return { ModelPackageGroupSummaryList, NextToken };
    },
    DeleteModelPackageGroup: (input: DescribeModelPackageGroupCommandInput) => {
      const group = this.groups.get(nameFrom(input.ModelPackageGroupName ?? ''));
      if (this.packages.all().some(({ groupName }) => groupName === group.name)) {
        // AWS: sagemaker-registry/group-is-deleted-empty
        throw conflict(
          `Model Package Group ${group.arn} cannot be deleted because it still contains Model Packages. Delete all Model Packages in the group first.`,
        );
      }
      this.groups.delete(group.name);
      this.engine.tags.forget(group.arn);
    },
    PutModelPackageGroupPolicy: (input: { ModelPackageGroupName: string; ResourcePolicy: string }) => {
      const group = this.groups.get(nameFrom(input.ModelPackageGroupName));
      group.policy = input.ResourcePolicy;
      return { ModelPackageGroupArn: group.arn };
    },
    GetModelPackageGroupPolicy: (input: { ModelPackageGroupName: string }) => {
      const group = this.groups.get(nameFrom(input.ModelPackageGroupName));
      if (group.policy === undefined) {
        // AWS: sagemaker-registry/groups-without-a-policy
        throw validation(`Cannot find policy for model package group ${group.arn}.`);
      }
      return { ResourcePolicy: group.policy };
    },
    DeleteModelPackageGroupPolicy: (input: { ModelPackageGroupName: string }) => {
      this.groups.get(nameFrom(input.ModelPackageGroupName)).policy = undefined;
    },
    CreateModelPackage: (input: CreateModelPackageCommandInput, call) => ({
      ModelPackageArn: this.create(input, call).arn,
    }),
    DescribeModelPackage: (input: DescribeModelPackageCommandInput) => describe(this.get(input.ModelPackageName ?? '')),
    ListModelPackages: (input: ListModelPackagesCommandInput) => {
      const group = input.ModelPackageGroupName && this.groups.get(nameFrom(input.ModelPackageGroupName));
      const { page, NextToken } = list(this.packages.all(), input, {
        // AWS: sagemaker-jobs/lists-sort-by-their-own-defaults
        ascending: true,
        matches: (one) =>
          (group
            ? one.groupName === group.name
            : input.ModelPackageType === 'Both' ||
              (input.ModelPackageType === 'Versioned') === (one.groupName !== undefined)) &&
          (input.ModelApprovalStatus === undefined || one.approval === input.ModelApprovalStatus),
      });
      const ModelPackageSummaryList = page.map((one) => ({
        ModelPackageName: one.groupName === undefined ? one.name : undefined,
        ModelPackageGroupName: one.groupName,
        ModelPackageVersion: one.version,
        ModelPackageArn: one.arn,
        ModelPackageDescription: one.request.ModelPackageDescription,
        CreationTime: one.createdAt,
        ModelPackageStatus: one.deleting ? ('Deleting' as const) : ('Completed' as const),
        ModelApprovalStatus: one.approval,
      }));
      return { ModelPackageSummaryList, NextToken };
    },
    UpdateModelPackage: (input: UpdateModelPackageCommandInput, call) => ({
      ModelPackageArn: this.update(input, call).arn,
    }),
    DeleteModelPackage: (input: DeleteModelPackageCommandInput) => {
      const found = this.get(input.ModelPackageName ?? '');
      // AWS: sagemaker-registry/deletion-of-a-version-takes-a-while
      if (found.deleting) throw conflict(`Model Package ${found.arn} is in status Deleting.`);
      found.deleting = true;
      // Real time: callers that wait count as work, so virtual time does not pass.
      setTimeout(() => this.remove(found), DELETION_MILLISECONDS).unref();
    },
  };

  /** A version is listed as Deleting until its deletion ends. */
  private remove(found: ModelPackage): void {
    this.packages.delete(found.name);
    this.engine.tags.forget(found.arn);
  }

  /** By ARN, or by name for a package outside a group. */
  get(nameOrArn: string): ModelPackage {
    const name = nameOrArn.startsWith('arn:')
      ? nameOrArn.slice(nameOrArn.indexOf('model-package/') + 'model-package/'.length)
      : nameOrArn;
    return this.packages.get(name);
  }

  private arn(name: string): string {
    return arnOf(this.engine.platform, 'model-package', name);
  }

  private create(input: CreateModelPackageCommandInput, call: ServiceCall): ModelPackage {
    const group =
      input.ModelPackageGroupName === undefined ? undefined : this.groups.get(nameFrom(input.ModelPackageGroupName));
    if (group && input.ModelPackageName !== undefined) {
      // AWS: sagemaker-registry/packages-have-a-name-or-a-group
      throw validation(
        'Both ModelPackageName and ModelPackageGroupName are provided in the input. Cannot determine which one to use.',
      );
    }
    if (!group && input.ModelPackageName === undefined) {
      // AWS: sagemaker-registry/packages-have-a-name-or-a-group
      throw validation('Missing ARN.');
    }
    this.checkArtifacts(input, call.principal);
    if (group && input.Tags?.length) {
      // AWS: sagemaker-registry/versions-take-no-tags
      throw validation('Tags are not supported for versioned model packages; tag the model package group.');
    }
    if (input.ModelCard?.ModelCardContent !== undefined) {
      checkModelCard(input.ModelCard.ModelCardContent);
    }
    if (group) {
      group.lastVersion += 1;
    }
    const name = group ? `${group.name}/${group.lastVersion}` : (input.ModelPackageName ?? '');
    const createdAt = now(this.engine);
    const found: ModelPackage = {
      name,
      arn: this.arn(name),
      createdAt,
      modifiedAt: createdAt,
      request: input,
      groupName: group?.name,
      version: group?.lastVersion,
      createdBy: userContext(call),
      approval: group ? (input.ModelApprovalStatus ?? 'PendingManualApproval') : input.ModelApprovalStatus,
      metadata: { ...input.CustomerMetadataProperties },
    };
    this.packages.add(found);
    // A version uses the tags of its group ("CreateModelPackage", Tags).
    this.engine.tags.add(found.arn, group ? this.engine.tags.of(group.arn) : input.Tags);
    this.changed(found, { ModelPackageStatus: 'Completed' });
    return found;
  }

  /** Whoever registers an artifact must be able to read it. */
  // AWS: sagemaker-registry/reads-the-artifact-as-the-caller
  private checkArtifacts({ InferenceSpecification }: CreateModelPackageCommandInput, principal: Principal): void {
    const { platform } = this.engine;
    for (const uri of new Set(InferenceSpecification?.Containers?.flatMap(({ ModelDataUrl }) => ModelDataUrl ?? []))) {
      const { bucket, key } = parseS3Uri(uri);
      try {
        platform.authorize('package artifact', {
          principal,
          action: 's3:GetObject',
          resource: `arn:${platform.partition}:s3:::${bucket}/${key}`,
        });
      } catch (error) {
        platform.record({ kind: 'denied', summary: (error as Error).message });
        throw validation(`Access denied for bucket: ${bucket}, object key: ${key}`);
      }
    }
  }

  private update(input: UpdateModelPackageCommandInput, call: ServiceCall): ModelPackage {
    const found = this.get(input.ModelPackageArn ?? '');
    found.approvalDescription = input.ApprovalDescription ?? found.approvalDescription;
    Object.assign(found.metadata, input.CustomerMetadataProperties);
    input.CustomerMetadataPropertiesToRemove?.forEach((key) => delete found.metadata[key]);
    const approval = input.ModelApprovalStatus;
    found.modifiedBy = userContext(call);
    touch(this.engine, found);
    if (approval !== undefined) {
      found.approval = approval;
      this.changed(found, { ModelApprovalStatus: approval });
    }
    return found;
  }

  /**
   * Source of the shape: developer guide, "Events that Amazon SageMaker AI sends to Amazon EventBridge", model package
   * state change.
   */
  private changed(found: ModelPackage, updated: Record<string, string>): void {
    emit(this.engine, 'SageMaker Model Package State Change', [found.arn], {
      ModelPackageGroupName: found.groupName,
      ModelPackageName: found.name,
      ModelPackageVersion: found.version,
      ModelPackageArn: found.arn,
      ModelPackageDescription: found.request.ModelPackageDescription,
      CreationTime: found.createdAt,
      InferenceSpecification: found.request.InferenceSpecification,
      ModelPackageStatus: 'Completed',
      ModelPackageStatusDetails: { ValidationStatuses: [] },
      CertifyForMarketplace: false,
      ModelApprovalStatus: found.approval,
      ApprovalDescription: found.approvalDescription,
      MetadataProperties: found.request.MetadataProperties,
      ModelMetrics: found.request.ModelMetrics,
      CustomerMetadataProperties: found.metadata,
      LastModifiedTime: found.modifiedAt,
      UpdatedModelPackageFields: Object.keys(updated),
    });
  }
}

function describe(found: ModelPackage): Omit<DescribeModelPackageCommandOutput, '$metadata'> {
  const { request } = found;
  return {
    ModelPackageName: found.groupName ?? found.name,
    ModelPackageGroupName: found.groupName,
    ModelPackageVersion: found.version,
    ModelPackageArn: found.arn,
    ModelPackageDescription: request.ModelPackageDescription,
    CreationTime: found.createdAt,
    InferenceSpecification: request.InferenceSpecification,
    SourceAlgorithmSpecification: request.SourceAlgorithmSpecification,
    ModelPackageStatus: found.deleting ? 'Deleting' : 'Completed',
    ModelPackageStatusDetails: { ValidationStatuses: [] },
    ModelApprovalStatus: found.approval,
    ApprovalDescription: found.approvalDescription,
    CreatedBy: found.createdBy,
    LastModifiedTime: found.modifiedAt,
    LastModifiedBy: found.modifiedBy,
    MetadataProperties: request.MetadataProperties,
    ModelMetrics: request.ModelMetrics,
    DriftCheckBaselines: request.DriftCheckBaselines,
    Domain: request.Domain,
    Task: request.Task,
    SamplePayloadUrl: request.SamplePayloadUrl,
    ModelCard: request.ModelCard,
    CustomerMetadataProperties: Object.keys(found.metadata).length > 0 ? found.metadata : undefined,
    SkipModelValidation: request.SkipModelValidation,
    SourceUri: request.SourceUri,
  };
}

/** Who did it, as far as SageMaker says without a Studio user profile. */
export function userContext(call: ServiceCall): UserContext {
  return { IamIdentity: { Arn: arnOfPrincipal(call.principal), PrincipalId: principalId(call.principal) } };
}

function arnOfPrincipal(principal: Principal): string {
  return principal.kind === 'service' ? principal.service : principal.arn;
}

function principalId(principal: Principal): string {
  return principal.kind === 'role'
    ? `${principal.roleArn.slice(principal.roleArn.lastIndexOf('/') + 1)}:${principal.sessionName}`
    : arnOfPrincipal(principal).replace(/^.*\//, '');
}
