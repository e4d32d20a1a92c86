import type { Provisioner, ProvisionerRegistry } from '../provisioner';
import { workGroup } from './athena';
import { flowLog, trail } from './audit';
import { scalableTarget, scalingPolicy } from './autoscaling';
import { alarm, compositeAlarm, dashboard } from './cloudwatch';
import { customResource } from './custom';
import { table as dynamoTable } from './dynamodb';
import { repository } from './ecr';
import { eventSourceMapping } from './event-source-mapping';
import { rule } from './events';
import { deliveryStream } from './firehose';
import { database, table } from './glue';
import { dataQualityRuleset, glueJob, securityConfiguration } from './glue-jobs';
import { policy, role } from './iam';
import { INERT_TYPES } from './inert';
import { stream } from './kinesis';
import { alias, key } from './kms';
import { eventInvokeConfig, lambdaFunction, permission } from './lambda';
import { logGroup, logStream, metricFilter } from './logs';
import { subnet, vpcEndpoint } from './network';
import { bucket, bucketPolicy } from './s3';
import { endpointConfig, model, modelPackageGroup, pipeline } from './sagemaker';
import { endpoint } from './sagemaker-endpoint';
import { featureGroup } from './sagemaker-feature-group';
import { mlflowApp } from './sagemaker-mlflow-app';
import {
  dataQualityJobDefinition,
  modelBiasJobDefinition,
  modelExplainabilityJobDefinition,
  modelQualityJobDefinition,
  monitoringSchedule,
} from './sagemaker-monitoring';
import { subscription, topic, topicPolicy } from './sns';
import { queue, queuePolicy } from './sqs';
import { parameter } from './ssm';
import { stateMachine } from './states';

/** Every type that the local account can provision. */
export const PROVISIONERS: Readonly<Record<string, Provisioner>> = {
  ...INERT_TYPES,
  'AWS::ApplicationAutoScaling::ScalableTarget': scalableTarget,
  'AWS::ApplicationAutoScaling::ScalingPolicy': scalingPolicy,
  'AWS::Athena::WorkGroup': workGroup,
  'AWS::CloudFormation::CustomResource': customResource,
  'AWS::CloudTrail::Trail': trail,
  'AWS::CloudWatch::Alarm': alarm,
  'AWS::CloudWatch::CompositeAlarm': compositeAlarm,
  'AWS::CloudWatch::Dashboard': dashboard,
  'AWS::DynamoDB::Table': dynamoTable,
  'AWS::EC2::FlowLog': flowLog,
  'AWS::EC2::Subnet': subnet,
  'AWS::EC2::VPCEndpoint': vpcEndpoint,
  'AWS::ECR::Repository': repository,
  'AWS::Events::Rule': rule,
  'AWS::Glue::DataQualityRuleset': dataQualityRuleset,
  'AWS::Glue::Database': database,
  'AWS::Glue::Job': glueJob,
  'AWS::Glue::SecurityConfiguration': securityConfiguration,
  'AWS::Glue::Table': table,
  'AWS::IAM::Policy': policy,
  'AWS::IAM::Role': role,
  'AWS::KMS::Alias': alias,
  'AWS::KMS::Key': key,
  'AWS::Kinesis::Stream': stream,
  'AWS::KinesisFirehose::DeliveryStream': deliveryStream,
  'AWS::Lambda::EventInvokeConfig': eventInvokeConfig,
  'AWS::Lambda::EventSourceMapping': eventSourceMapping,
  'AWS::Lambda::Function': lambdaFunction,
  'AWS::Lambda::Permission': permission,
  'AWS::Logs::LogGroup': logGroup,
  'AWS::Logs::LogStream': logStream,
  'AWS::Logs::MetricFilter': metricFilter,
  'AWS::S3::Bucket': bucket,
  'AWS::S3::BucketPolicy': bucketPolicy,
  'AWS::SNS::Subscription': subscription,
  'AWS::SNS::Topic': topic,
  'AWS::SNS::TopicPolicy': topicPolicy,
  'AWS::SQS::Queue': queue,
  'AWS::SQS::QueuePolicy': queuePolicy,
  'AWS::SSM::Parameter': parameter,
  'AWS::SageMaker::DataQualityJobDefinition': dataQualityJobDefinition,
  'AWS::SageMaker::Endpoint': endpoint,
  'AWS::SageMaker::EndpointConfig': endpointConfig,
  'AWS::SageMaker::FeatureGroup': featureGroup,
  'AWS::SageMaker::MlflowApp': mlflowApp,
  'AWS::SageMaker::Model': model,
  'AWS::SageMaker::ModelBiasJobDefinition': modelBiasJobDefinition,
  'AWS::SageMaker::ModelExplainabilityJobDefinition': modelExplainabilityJobDefinition,
  'AWS::SageMaker::ModelPackageGroup': modelPackageGroup,
  'AWS::SageMaker::ModelQualityJobDefinition': modelQualityJobDefinition,
  'AWS::SageMaker::MonitoringSchedule': monitoringSchedule,
  'AWS::SageMaker::Pipeline': pipeline,
  'AWS::StepFunctions::StateMachine': stateMachine,
};

export const provisioners: ProvisionerRegistry = (type) =>
  PROVISIONERS[type] ?? (type.startsWith('Custom::') ? customResource : undefined);
