import { imageRegistries } from '../../training/image-registries';

/**
 * Refuses a region for which we know no images, before anything is deployed: CloudFormation would find it in the third
 * stack. Among them are all regions of AWS GovCloud (US) and China, whose ARNs (`arn:aws-us-gov:states:::...`) and
 * service names (`s3.cn-north-1.amazonaws.com.cn`) differ from those that the definitions and conditions hold.
 */
// AWS: iam/partitions-have-their-own-arns
export function checkRegion(region: string | undefined): void {
  if (region === undefined || region in imageRegistries) return;
  throw new Error(
    `The region ${region} is not supported: lib/training/image-registries.ts has no accounts of AWS's images for it` +
      (/^(us-gov|cn|us-iso[a-z]*|eu-isoe|eusc)-/.test(region)
        ? ', and it belongs to another partition than "aws", whose ARNs differ.'
        : '. Add its row.'),
  );
}
