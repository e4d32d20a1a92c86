import type {
  CreateFeatureGroupCommandInput,
  DescribeFeatureGroupCommandInput,
  DescribeFeatureGroupCommandOutput,
  ListFeatureGroupsCommandInput,
  UpdateFeatureGroupCommandInput,
} from '@aws-sdk/client-sagemaker';
import type { ServiceCall } from '../../platform';
import { Activity } from '../activity';
import { type Engine, emit, now, type Operations, touch } from '../engine';
import { inUse, messageOf, notFound } from '../errors';
import { INTERRUPTED } from '../interruption';
import { nameFrom } from '../names';
import { list, Store } from '../store';
import { updateTable } from './catalog-table';
import { makeStores, planned } from './create-feature-group';
import { type FeatureGroup, isOffline, isOnline } from './feature-group';
import { metadataOperations } from './feature-metadata';
import { checkCreation, checkUpdate } from './group-rules';
import type { RecordStores } from './record-stores';

/** Virtual milliseconds that creating, updating or deleting a group takes. */
const WORK = 15_000;

/** The words of both planes for a group that is not there. */
export function missing(name: string): string {
  return `Resource Not Found: Amazon SageMaker can't find a FeatureGroup with name [${name}].`;
}

/** Feature groups: the control plane. */
export class FeatureGroups {
  // AWS: sagemaker-feature-store/group-names
  readonly store = new Store<FeatureGroup>(
    (name) => notFound(missing(name)),
    (name) =>
      inUse(
        `Resource Already Exists: FeatureGroup with name ${name} already exists. Choose a different name.\nInfo: Feature Group '${name}' already exists.`,
      ),
  );
  readonly operations: Operations;

  constructor(
    private readonly engine: Engine,
    private readonly records: RecordStores,
  ) {
    this.operations = {
      CreateFeatureGroup: (input: CreateFeatureGroupCommandInput, call: ServiceCall) => this.create(input, call),
      DescribeFeatureGroup: (input: DescribeFeatureGroupCommandInput) =>
        this.describe(this.get(input.FeatureGroupName)),
      UpdateFeatureGroup: (input: UpdateFeatureGroupCommandInput) => this.update(input),
      DeleteFeatureGroup: (input: DescribeFeatureGroupCommandInput) => this.delete(this.get(input.FeatureGroupName)),
      ListFeatureGroups: (input: ListFeatureGroupsCommandInput) => this.list(input),
      ...metadataOperations(engine, (name) => this.get(name)),
    };
  }

  /** By name or ARN. */
  get(nameOrArn = ''): FeatureGroup {
    return this.find(nameOrArn) ?? this.store.get(nameFrom(nameOrArn));
  }

  find(nameOrArn: string): FeatureGroup | undefined {
    const group = this.store.find(nameFrom(nameOrArn));
    return nameOrArn.startsWith('arn:') && nameOrArn.toLowerCase() !== group?.arn.toLowerCase() ? undefined : group;
  }

  state(): FeatureGroup[] {
    return this.store.all();
  }

  /** What was at work when the account ended. */
  endInterrupted(): void {
    for (const group of this.store.all()) {
      if (group.lastUpdate?.Status === 'InProgress') {
        group.lastUpdate = { Status: 'Failed', FailureReason: INTERRUPTED };
      }
      if (group.status === 'Creating') this.settle(group, 'CreateFailed', INTERRUPTED);
      if (group.status === 'Deleting') this.settle(group, 'DeleteFailed', INTERRUPTED);
    }
  }

  private async create(input: CreateFeatureGroupCommandInput, { principal }: ServiceCall): Promise<unknown> {
    checkCreation(input);
    const { engine } = this;
    const name = input.FeatureGroupName ?? '';
    this.store.ensureFree(name);
    const group = await planned(engine, input, principal);
    this.store.add(group);
    engine.tags.add(group.arn, input.Tags);
    this.work(`creation of feature group ${name}`, async () => {
      const reason = await makeStores(engine, principal, group);
      if (group.status !== 'Creating') return;
      if (reason === undefined && isOffline(group)) group.offlineStatus = { Status: 'Active' };
      this.settle(group, reason === undefined ? 'Created' : 'CreateFailed', reason);
    });
    return { FeatureGroupArn: group.arn };
  }

  // AWS: sagemaker-feature-store/updates
  private update(input: UpdateFeatureGroupCommandInput): unknown {
    const group = this.get(input.FeatureGroupName);
    checkUpdate(group, input);
    group.lastUpdate = { Status: 'InProgress' };
    this.work(`update of feature group ${group.name}`, async () => {
      group.lastUpdate = await this.apply(group, input).then(
        () => ({ Status: 'Successful' as const }),
        (error: unknown) => ({ Status: 'Failed' as const, FailureReason: messageOf(error) }),
      );
      touch(this.engine, group);
      this.changed(group);
    });
    return { FeatureGroupArn: group.arn };
  }

  private async apply(
    group: FeatureGroup,
    { FeatureAdditions: additions, OnlineStoreConfig: online }: UpdateFeatureGroupCommandInput,
  ): Promise<void> {
    if (additions) {
      if (group.catalog && group.request.OfflineStoreConfig?.DisableGlueTableCreation !== true) {
        await updateTable(this.engine, { ...group, definitions: [...group.definitions, ...additions] });
      }
      for (const addition of additions) {
        group.definitions.push(addition);
        group.addedAt.set(addition.FeatureName ?? '', now(this.engine));
      }
    }
    if (online?.TtlDuration !== undefined) {
      group.timeToLive = online.TtlDuration.Value === undefined ? undefined : online.TtlDuration;
    }
    if (online?.StorageType !== undefined) group.storageType = online.StorageType;
  }

  // AWS: sagemaker-feature-store/deletion-keeps-the-offline-store
  private delete(group: FeatureGroup): void {
    if (group.status === 'Deleting') return;
    group.status = 'Deleting';
    touch(this.engine, group);
    this.records.close(group);
    this.work(`deletion of feature group ${group.name}`, async () => {
      await this.records.end(group);
      this.store.delete(group.name);
      this.engine.tags.forget(group.arn);
    });
  }

  /** Something that takes time, after the call was answered. */
  private work(what: string, task: () => Promise<void>): void {
    const { clock } = this.engine.platform;
    const { stopping } = this.engine;
    this.engine.background(
      what,
      Activity.run(clock, async (activity) => {
        await activity.sleep(WORK, stopping);
        await task();
      }),
    );
  }

  private settle(group: FeatureGroup, status: FeatureGroup['status'], reason: string | undefined): void {
    group.status = status;
    group.failureReason = reason?.slice(0, 1024);
    touch(this.engine, group);
    this.changed(group);
  }

  private list(input: ListFeatureGroupsCommandInput): unknown {
    const offline = (group: FeatureGroup): string => group.offlineStatus?.Status ?? 'Disabled';
    const byStatus = input.SortBy === 'FeatureGroupStatus' || input.SortBy === 'OfflineStoreStatus';
    const { page, NextToken } = list(
      this.store.all(),
      { ...input, ...(byStatus ? { SortBy: 'Status' } : {}) },
      {
        matches: (group) =>
          (input.FeatureGroupStatusEquals ?? group.status) === group.status &&
          (input.OfflineStoreStatusEquals === undefined || input.OfflineStoreStatusEquals === offline(group)),
        status: (group) => (input.SortBy === 'OfflineStoreStatus' ? offline(group) : group.status),
      },
    );
    const FeatureGroupSummaries = page.map((group) => ({
      FeatureGroupName: group.name,
      FeatureGroupArn: group.arn,
      CreationTime: group.createdAt,
      FeatureGroupStatus: group.status,
      OfflineStoreStatus: group.offlineStatus,
    }));
    return { FeatureGroupSummaries, NextToken };
  }

  private changed(group: FeatureGroup): void {
    emit(this.engine, 'SageMaker Feature Group State Change', [group.arn], {
      ...this.describe(group),
      Tags: this.engine.tags.of(group.arn),
    });
  }

  private describe(group: FeatureGroup): Omit<DescribeFeatureGroupCommandOutput, '$metadata'> {
    const { request } = group;
    const { OnlineStoreConfig: online, OfflineStoreConfig: offline } = request;
    return {
      FeatureGroupArn: group.arn,
      FeatureGroupName: group.name,
      RecordIdentifierFeatureName: request.RecordIdentifierFeatureName,
      EventTimeFeatureName: request.EventTimeFeatureName,
      FeatureDefinitions: group.definitions,
      CreationTime: group.createdAt,
      LastModifiedTime: group.modifiedAt,
      OnlineStoreConfig: online && {
        ...online,
        ...(isOnline(group) ? { StorageType: group.storageType } : {}),
        TtlDuration: group.timeToLive,
      },
      OfflineStoreConfig: offline && {
        ...offline,
        S3StorageConfig: {
          S3Uri: offline.S3StorageConfig?.S3Uri,
          KmsKeyId: offline.S3StorageConfig?.KmsKeyId,
          ResolvedOutputS3Uri: group.resolvedUri,
        },
        DisableGlueTableCreation: offline.DisableGlueTableCreation ?? false,
        DataCatalogConfig: group.catalog,
      },
      ThroughputConfig: { ThroughputMode: 'OnDemand' },
      RoleArn: request.RoleArn,
      FeatureGroupStatus: group.status,
      OfflineStoreStatus: group.offlineStatus,
      LastUpdateStatus: group.lastUpdate,
      FailureReason: group.failureReason,
      Description: request.Description,
      // A page has 2,500 features, and a group has no more.
      NextToken: '',
      OnlineStoreTotalSizeBytes: isOnline(group) ? this.records.bytes(group) : undefined,
    };
  }
}
