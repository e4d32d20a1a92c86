import { imageRegistries } from '../../training/image-registries';

/**
 * Refuses a region without known image accounts before anything is deployed; otherwise the third stack would fail. This
 * includes all regions of AWS GovCloud (US) and China, whose ARNs (`arn:aws-us-gov:states:::...`) and service names
 * (`s3.cn-north-1.amazonaws.com.cn`) differ from those in the definitions and conditions.
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
