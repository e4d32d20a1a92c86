import type { ServiceLedger } from './behaviour';

export const builds: ServiceLedger = {
  service: 'ecr and codebuild',
  behaviours: [
    {
      id: 'builds/immutable-tags-are-pushed-once',
      subjects: ['ecr:PutImage', 'AWS::ECR::Repository', 'AWS::CodeBuild::Project'],
      does: 'A repository with immutable tags refuses a push to a tag that exists, also of the very same image: "cannot be overwritten because the repository is immutable".',
      sources: [
        { repository: 'aws/aws-sdk', at: 'issue 750' },
        { repository: 'moby/buildkit', at: 'issue 3776' },
        { repository: 'aws/containers-roadmap', at: 'issues 862 and 2380' },
      ],
      sure: 'certain',
      enforcedBy: [],
      tests: [],
    },
    {
      id: 'builds/sagemaker-is-admitted-by-the-repository',
      subjects: ['sagemaker:CreateModel', 'AWS::ECR::Repository'],
      does: 'CreateModel may be refused because the repository of an image "does not grant ecr:GetDownloadUrlForLayer, ecr:BatchGetImage, ecr:BatchCheckLayerAvailability permission to sagemaker.amazonaws.com service principal". Seen for the repository of another account; for one\'s own, other reports need the permission of the role only.',
      sources: [
        { repository: 'aws/deep-learning-containers', at: 'issue 5657: the words' },
        { repository: 'aws/sagemaker-python-sdk', at: 'issue 2002' },
      ],
      sure: 'possible',
      enforcedBy: [],
      tests: [],
    },
  ],
  readings: [
    {
      subjects: [
        'AWS::ECR::Repository',
        'ecr:GetAuthorizationToken',
        'ecr:CreateRepository',
        'ecr:DeleteRepository',
        'ecr:DeleteRepositoryPolicy',
        'ecr:DeleteLifecyclePolicy',
        'ecr:UntagResource',
        'ecr:DescribeRepositories',
        'ecr:DescribeImages',
        'ecr:ListImages',
        'ecr:BatchGetImage',
        'ecr:BatchCheckLayerAvailability',
        'ecr:GetDownloadUrlForLayer',
        'ecr:SetRepositoryPolicy',
        'ecr:GetRepositoryPolicy',
        'ecr:PutLifecyclePolicy',
        'ecr:GetLifecyclePolicy',
        'ecr:PutImageScanningConfiguration',
        'ecr:PutImageTagMutability',
        'ecr:TagResource',
        'ecr:ListTagsForResource',
        'ecr:BatchDeleteImage',
        'ecr:PutImage',
      ],
      pages: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/ecr/2015-09-21/service-2.json: documentation of CreateRepository, PutLifecyclePolicy, DeleteRepository, PutImage and their members',
        },
        { repository: 'aws/aws-sdk', at: 'issue 750' },
        { repository: 'aws/deep-learning-containers', at: 'issue 5657: what SageMaker asks of a repository' },
      ],
      found: ['builds/immutable-tags-are-pushed-once', 'builds/sagemaker-is-admitted-by-the-repository'],
    },
    {
      subjects: ['AWS::CodeBuild::Project'],
      pages: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/codebuild/2016-10-06/service-2.json: documentation of CreateProject and its members: privileged mode for Docker, no credentials for a curated image',
        },
        { repository: 'aws/aws-codebuild-docker-images', at: 'issue 488: a push names its tag' },
      ],
      found: ['builds/immutable-tags-are-pushed-once'],
    },
  ],
};
